import {
  cleanText,
  distinct,
  foundFacts,
  numberWithin,
  positionOf,
  rounded,
  type FoundFacts,
} from "./picture-facts.ts";
import { readTakenAt } from "./taken-at.ts";

const rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const maxDepth = 64;
const maxErrors = 100;
const maxValues = 1_000;
const maxValueChars = 20_000;
const maxEndChars = 1_000;

/** Prefixes by which this file knows the vocabularies; a packet may call them otherwise. */
const prefixes: Readonly<Record<string, string>> = {
  "http://purl.org/dc/elements/1.1/": "dc",
  "http://ns.adobe.com/xap/1.0/": "xmp",
  "http://ns.adobe.com/exif/1.0/": "exif",
  "http://cipa.jp/exif/1.0/": "exifEX",
  "http://ns.adobe.com/exif/1.0/aux/": "aux",
  "http://ns.adobe.com/tiff/1.0/": "tiff",
  "http://ns.adobe.com/photoshop/1.0/": "photoshop",
  "http://ns.adobe.com/lightroom/1.0/": "lr",
  "http://www.digikam.org/ns/1.0/": "digiKam",
  "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "iptc",
  "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "iptcExt",
  "http://www.metadataworkinggroup.com/schemas/regions/": "mwg",
  "http://ns.microsoft.com/photo/1.2/": "MP",
  "http://ns.microsoft.com/photo/1.2/t/Region#": "MPReg",
};

/** Properties that have fields of their own, and which of those are wanted; they are kept as "mwg:Regions/mwg:Name". */
const structures: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["exif:Flash", new Set(["exif:Fired"])],
  ["mwg:Regions", new Set(["mwg:Name"])],
  ["MP:RegionInfo", new Set(["MPReg:PersonDisplayName"])],
  ["iptcExt:PersonInImageWDetails", new Set(["iptcExt:PersonName"])],
  ...["iptcExt:LocationCreated", "iptcExt:LocationShown"].map(
    (name) =>
      [
        name,
        new Set(["Sublocation", "City", "ProvinceState", "CountryName"].map((field) => `iptcExt:${field}`)),
      ] as const,
  ),
]);

type Properties = Map<string, string[]>;

/** Stops a packet that is no XML, or is made to be slow. */
class BrokenPacket extends Error {}

/** What packets of XMP say; those that are broken say what stands before the break. */
export async function readXmpFacts(packets: readonly Buffer[]): Promise<{ facts: FoundFacts; isDamaged: boolean }> {
  const properties: Properties = new Map();
  let isDamaged = false;
  for (const packet of packets) {
    const own: Properties = new Map();
    if (!(await readProperties(packetText(packet), own))) isDamaged = true;
    // Programs that find no packet where they look add one: what both say counts once.
    for (const [name, values] of own) if (!properties.has(name)) properties.set(name, values);
  }
  return { facts: factsOf(properties), isDamaged };
}

/** UTF-8, or UTF-16 as its first character shows. */
export function packetText(packet: Buffer): string {
  const [first, second] = packet;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return packet.toString("utf16le");
  if (!((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c))) return packet.toString("utf8");
  // Whole characters only, in a copy: the bytes belong to whoever read them.
  return Buffer.from(packet.subarray(0, packet.length & ~1))
    .swap16()
    .toString("utf16le");
}

/** Whether the packet was whole. */
async function readProperties(packet: string, properties: Properties): Promise<boolean> {
  // A bundle gives a CommonJS package by its default export alone.
  const { SaxesParser } = (await import("saxes")).default;
  const parser = new SaxesParser({ xmlns: true });
  // Names from the root to the element, with known prefixes; a property stands below rdf:RDF and rdf:Description.
  const path: string[] = [];
  let errors = 0;
  let text = "";
  parser.on("error", () => {
    if (++errors > maxErrors) throw new BrokenPacket();
  });
  parser.on("opentag", ({ uri, local, attributes }) => {
    path.push(uri === rdf ? `rdf:${local}` : `${prefixes[uri] ?? ""}:${local}`);
    if (path.length > maxDepth) throw new BrokenPacket();
    text = "";
    const isTop = isDescription(path);
    const structure = isTop ? undefined : structureOf(path);
    if (!isTop && structure === undefined) return;
    for (const { uri: from, local: key, value } of Object.values(attributes)) {
      const name = `${prefixes[from] ?? ""}:${key}`;
      if (isTop) addValue(properties, name, value);
      else if (structure?.fields.has(name) === true) addValue(properties, `${structure.name}/${name}`, value);
    }
  });
  parser.on("text", (piece) => {
    if (text.length < maxValueChars) text += piece;
  });
  parser.on("closetag", () => {
    const property = propertyOf(path);
    if (property !== null) addValue(properties, property, text);
    path.pop();
    text = "";
  });
  try {
    parser.write(withoutPadding(packet)).close();
  } catch (error) {
    if (!(error instanceof BrokenPacket)) throw error;
  }
  return errors === 0 && path.length === 0;
}

/** Programs leave some thousand blanks before a packet's end, to edit it in place; a parser looks at each. */
function withoutPadding(packet: string): string {
  const end = packet.lastIndexOf("<?xpacket end=");
  const isLast = end !== -1 && /^<\?xpacket end=.[rw].\?>[\s\0]*$/.test(packet.slice(end, end + maxEndChars));
  if (isLast) return packet.slice(0, end).trimEnd();
  // An expression for "zeros up to the end" would look again from each zero of a packet made of them.
  let length = packet.length;
  while (length > 0 && packet.charCodeAt(length - 1) === 0) length--;
  return packet.slice(0, length);
}

function isDescription(path: readonly string[]): boolean {
  return path.at(-1) === "rdf:Description" && path.at(-2) === "rdf:RDF";
}

/** The structure that this element is, or is in; undefined: it is none that is wanted. */
function structureOf(path: readonly string[]): { name: string; fields: ReadonlySet<string> } | undefined {
  const at = path.indexOf("rdf:Description");
  const name = path[at + 1] ?? "";
  const fields = at > 0 && path[at - 1] === "rdf:RDF" ? structures.get(name) : undefined;
  return fields === undefined ? undefined : { name, fields };
}

/** The property whose value ends here: its own text, an item of its list or a field of a structure; null for what is elsewhere. */
function propertyOf(path: readonly string[]): string | null {
  if (path.at(-2) === "rdf:Description" && path.at(-3) === "rdf:RDF") return path.at(-1) ?? null;
  const structure = structureOf(path);
  if (structure !== undefined) {
    // A name in several languages is a list of its own.
    const field = path.findLast((each) => !each.startsWith("rdf:")) ?? "";
    return structure.fields.has(field) ? `${structure.name}/${field}` : null;
  }
  const isItem = path.at(-1) === "rdf:li" && path.at(-4) === "rdf:Description" && path.at(-5) === "rdf:RDF";
  return isItem ? (path.at(-3) ?? null) : null;
}

function addValue(properties: Properties, name: string, value: string): void {
  const clean = cleanText(value.slice(0, maxValueChars));
  if (name.startsWith(":") || clean === undefined) return;
  const values = properties.get(name) ?? [];
  if (values.length < maxValues) values.push(clean);
  properties.set(name, values);
}

function factsOf(properties: Properties): FoundFacts {
  const first = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = properties.get(name)?.[0];
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const fraction = (...names: string[]): number | undefined => fractionOf(first(...names));
  const takenAt = ["exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"]
    .map((name) => readTakenAt(first(name) ?? ""))
    .find((time) => time !== null);
  const altitude = numberWithin(fraction("exif:GPSAltitude"), -12_000, 100_000);
  const millimeters = numberWithin(fraction("exif:FocalLength"), 0.1, 100_000);
  const seconds = numberWithin(fraction("exif:ExposureTime"), 1e-7, 1e6);
  return {
    ...foundFacts({
      title: first("dc:title", "photoshop:Headline"),
      headline: first("photoshop:Headline"),
      caption: first("dc:description"),
      translations: translationsOf(properties),
      keywords: keywordsOf(properties),
      people: peopleOf(properties),
      creator: properties.get("dc:creator")?.join("; "),
      copyright: first("dc:rights"),
      rating: numberWithin(fraction("xmp:Rating"), -1, 5),
      software: first("xmp:CreatorTool", "tiff:Software"),
      make: first("tiff:Make"),
      model: first("tiff:Model"),
      lens: first("exifEX:LensModel", "aux:Lens"),
      focalLengthMm: millimeters === undefined ? undefined : rounded(millimeters, 3),
      focalLength35Mm: numberWithin(fraction("exif:FocalLengthIn35mmFilm"), 1, 65_534),
      aperture: numberWithin(fraction("exif:FNumber"), 0.1, 1_000),
      exposureSeconds: seconds === undefined ? undefined : Number(seconds.toPrecision(6)),
      iso: numberWithin(fraction("exifEX:PhotographicSensitivity", "exif:ISOSpeedRatings"), 1, 10_000_000),
      isFlashFired: isTrue(first("exif:Flash/exif:Fired")),
      takenAt,
      altitudeMeters:
        altitude === undefined ? undefined : rounded(first("exif:GPSAltitudeRef") === "1" ? -altitude : altitude, 1),
      orientation: numberWithin(fraction("tiff:Orientation"), 1, 8),
      ...writtenPlaceOf(properties),
    }),
    ...positionOf(degreesOf(first("exif:GPSLatitude")), degreesOf(first("exif:GPSLongitude"))),
  };
}

/** Of trees of tags ("Places|France|Paris", "People/Anna") each branch, too. */
function keywordsOf(properties: Properties): string[] {
  const flat = properties.get("dc:subject") ?? [];
  const trees = [
    ...(properties.get("lr:hierarchicalSubject") ?? []).map((tag) => tag.split("|")),
    ...(properties.get("digiKam:TagsList") ?? []).map((tag) => tag.split("/")),
  ];
  const branches = trees.flat().flatMap((branch) => cleanText(branch) ?? []);
  return distinct([...flat, ...branches]);
}

function peopleOf(properties: Properties): string[] {
  const names = [
    "iptcExt:PersonInImage",
    "iptcExt:PersonInImageWDetails/iptcExt:PersonName",
    "mwg:Regions/mwg:Name",
    "MP:RegionInfo/MPReg:PersonDisplayName",
  ];
  return distinct(names.flatMap((name) => properties.get(name) ?? []));
}

/** The first text of each is the one for all. */
function translationsOf(properties: Properties): string[] {
  return ["dc:title", "dc:description"].flatMap((name) => {
    const [first = "", ...others] = distinct(properties.get(name) ?? []);
    return others.filter((each) => each !== first);
  });
}

/** Where it was made, else what it shows; what else is named there follows behind the place within the city. */
function writtenPlaceOf(properties: Properties): Pick<FoundFacts, "location" | "city" | "state" | "country"> {
  const all = (field: string): string[] =>
    ["iptcExt:LocationCreated", "iptcExt:LocationShown"].flatMap(
      (place) => properties.get(`${place}/iptcExt:${field}`) ?? [],
    );
  const [city, ...otherCities] = distinct([...(properties.get("photoshop:City") ?? []), ...all("City")]);
  const [state] = [...(properties.get("photoshop:State") ?? []), ...all("ProvinceState")];
  const [country, ...otherCountries] = distinct([
    ...(properties.get("photoshop:Country") ?? []),
    ...all("CountryName"),
  ]);
  const within = [...(properties.get("iptc:Location") ?? []), ...all("Sublocation")];
  const location = distinct([...within, ...otherCities, ...otherCountries]).join(", ");
  return foundFacts({ location, city, state, country });
}

function isTrue(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  return /^\s*(?:true|1)\s*$/i.test(text) ? true : /^\s*(?:false|0)\s*$/i.test(text) ? false : undefined;
}

/** "28/10", "2.8" or "400". */
function fractionOf(text: string | undefined): number | undefined {
  const match = /^\s*(-?\d+(?:\.\d+)?)(?:\s*\/\s*(\d+))?\s*$/.exec(text ?? "");
  return match === null ? undefined : Number(match[1]) / Number(match[2] ?? 1);
}

/** XMP writes "48,51.5N", "48,51,30N" or plain degrees. */
function degreesOf(text: string | undefined): number | undefined {
  const match = /^\s*(-?\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?(?:,(\d+(?:\.\d+)?))?\s*([NSEW])?\s*$/i.exec(text ?? "");
  if (match === null) return undefined;
  const value = Number(match[1]) + Number(match[2] ?? 0) / 60 + Number(match[3] ?? 0) / 3600;
  return /[sw]/i.test(match[4] ?? "") ? -value : value;
}
