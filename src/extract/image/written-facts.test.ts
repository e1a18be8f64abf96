import { expect, test } from "vitest";
import { extracted } from "../../../test/fixtures/extraction.ts";
import {
  exifSegment,
  iptcBytes,
  iptcSegment,
  jpegBytes,
  tiffBytes,
  xmpSegment,
  type Field,
} from "../../../test/fixtures/samples/image-bytes.ts";

const packet = (inner: string): string => `<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
  xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
  xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
  xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
  xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
  xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#"><rdf:Description rdf:about="">${inner}</rdf:Description></rdf:RDF></x:xmpmeta>`;
const withXmp = (inner: string) => extracted("a.jpg", jpegBytes({ segments: [xmpSegment(packet(inner))] }));
const list = (kind: string, ...items: string[]): string =>
  `<rdf:${kind}>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join("")}</rdf:${kind}>`;

test("names of those who are shown are found wherever programs write them, each once", async () => {
  const { metadata, text } = await withXmp(`
    <Iptc4xmpExt:PersonInImage>${list("Bag", "Anna Berg", "Ben")}</Iptc4xmpExt:PersonInImage>
    <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
      <rdf:li><rdf:Description mwg-rs:Name="Carla" mwg-rs:Type="Face"/></rdf:li>
      <rdf:li rdf:parseType="Resource"><mwg-rs:Name>Dora</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>
      <rdf:li mwg-rs:Name="ben"/>
    </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
    <MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
      <rdf:li MPReg:PersonDisplayName="Emil"/>
    </rdf:Bag></MPRI:Regions></MP:RegionInfo>
    <Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType="Resource">
      <Iptc4xmpExt:PersonName>${list("Alt", "Fritz")}</Iptc4xmpExt:PersonName>
    </rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>`);
  expect(metadata["people"]).toBe("Anna Berg, Ben, Fritz, Carla, Dora, Emil");
  expect(text).toContain("People: Anna Berg, Ben, Fritz, Carla, Dora, Emil.");
});

test("a thousand names are cut at fifty, and said", async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `Guest ${index}`);
  const { metadata } = await withXmp(`<Iptc4xmpExt:PersonInImage>${list("Bag", ...names)}</Iptc4xmpExt:PersonInImage>`);
  expect(metadata["people"]).toMatch(/Guest 49, and 950 more$/);
});

test("branches of trees of tags are keywords", async () => {
  const { metadata } = await withXmp(`
    <dc:subject>${list("Bag", "Paris")}</dc:subject>
    <lr:hierarchicalSubject>${list("Bag", "Places|France|Paris")}</lr:hierarchicalSubject>
    <digiKam:TagsList>${list("Seq", "Animals/Kingfisher")}</digiKam:TagsList>`);
  expect(metadata["keywords"]).toBe("Paris, Places, France, Animals, Kingfisher");
});

test("headline, places within a city and other languages are said", async () => {
  const { metadata, text } = await withXmp(`
    <photoshop:Headline>Floods in spring</photoshop:Headline>
    <dc:title><rdf:Alt><rdf:li xml:lang="x-default">The river</rdf:li><rdf:li xml:lang="de">Der Fluss</rdf:li></rdf:Alt></dc:title>
    <dc:description><rdf:Alt><rdf:li xml:lang="x-default">High water</rdf:li><rdf:li xml:lang="fr">La crue</rdf:li></rdf:Alt></dc:description>
    <Iptc4xmpCore:Location>Old harbour</Iptc4xmpCore:Location>
    <Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource">
      <Iptc4xmpExt:City>Passau</Iptc4xmpExt:City><Iptc4xmpExt:CountryName>Germany</Iptc4xmpExt:CountryName>
    </rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>
    <Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li Iptc4xmpExt:City="Linz"/></rdf:Bag></Iptc4xmpExt:LocationShown>`);
  expect(metadata).toMatchObject({
    title: "The river",
    headline: "Floods in spring",
    translations: "Der Fluss / La crue",
    location: "Old harbour, Linz",
    city: "Passau",
    country: "Germany",
  });
  for (const words of ["Floods in spring", "Der Fluss / La crue", "in Old harbour, Linz, Passau, Germany"])
    expect(text).toContain(words);
});

test("IPTC's headline beside a title and its place within the city count", async () => {
  const iptc = iptcBytes([
    [5, "DSC_1"],
    [92, "Old harbour"],
    [105, "Floods in spring"],
  ]);
  const { metadata } = await extracted("a.jpg", jpegBytes({ segments: [iptcSegment(iptc)] }));
  expect(metadata).toMatchObject({ title: "DSC_1", headline: "Floods in spring", location: "Old harbour" });
});

test.each([
  ['<exif:Flash rdf:parseType="Resource"><exif:Fired>True</exif:Fired></exif:Flash>', true],
  ['<exif:Flash exif:Fired="False"/>', false],
  ['<exif:Flash><rdf:Description exif:Fired="true"/></exif:Flash>', true],
  ["<exif:Flash>odd</exif:Flash>", undefined],
])("of XMP %s the flash is %s", async (inner, flash) => {
  expect((await withXmp(inner)).metadata["flash"]).toBe(flash);
});

test("the zone of the last change is not where the photo was taken", async () => {
  const exif = (...fields: Field[]) =>
    extracted("a.jpg", jpegBytes({ segments: [exifSegment(tiffBytes({ exif: fields }))] }));
  const taken: Field = [0x9003, 2, "2024:07:14 19:32:05"];
  const edited = await exif(taken, [0x9010, 2, "+02:00"]);
  expect(edited.metadata["takenAt"]).toBe("2024-07-14T19:32:05");
  const own = await exif(taken, [0x9010, 2, "+02:00"], [0x9011, 2, "+09:00"]);
  expect(own.metadata["takenAt"]).toBe("2024-07-14T19:32:05+09:00");
});
