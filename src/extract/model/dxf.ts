import { autocadReleases } from "./autocad-releases.ts";
import { createBoundingBox, type Extent } from "./bounding-box.ts";
import { readDxfPairs } from "./dxf-pairs.ts";
import { readDxfText } from "./dxf-text.ts";
import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { maxModelTextBytes, modelRecord } from "./model-record.ts";
import { createNameList, type NameList } from "../name-list.ts";
import { quantity } from "../quantity.ts";

/** The drawing units of $INSUNITS that occur; the others stand for "unknown". */
const units: Readonly<Record<string, string>> = {
  1: "inches",
  2: "feet",
  3: "miles",
  4: "mm",
  5: "cm",
  6: "m",
  7: "km",
  8: "microinches",
  9: "mils",
  10: "yards",
  13: "micrometres",
  14: "dm",
};
const textEntities = new Set(["TEXT", "MTEXT", "ATTRIB", "ATTDEF", "DIMENSION", "MULTILEADER", "ACAD_TABLE"]);
const maxTypes = 500;
const maxTextChars = 4_000;
const binaryMark = "AutoCAD Binary DXF";

interface DrawingScan {
  readonly header: Map<string, string>;
  readonly layers: NameList;
  readonly blocks: NameList;
  readonly styles: NameList;
  readonly texts: NameList;
  readonly counts: Map<string, number>;
  readonly box: ReturnType<typeof createBoundingBox>;
}

/** Layers, blocks, texts, extents, units and entity counts of a DXF drawing in its text form. Errors: DamagedFile. */
export async function extractDxf(file: FileContent): Promise<Extracted> {
  const head = (await file.read(0, 64)).toString("latin1");
  if (head.startsWith(binaryMark)) return modelRecord(file, { what: "Drawing (DXF, binary)", facts: [] });
  const scan: DrawingScan = {
    header: new Map(),
    layers: createNameList(),
    blocks: createNameList(),
    styles: createNameList(),
    texts: createNameList(),
    counts: new Map(),
    box: createBoundingBox(),
  };
  const reader = createDrawingReader(scan);
  const sections = await readDxfPairs(file, maxModelTextBytes, reader);
  if (sections === 0) throw new DamagedFile("is no DXF drawing");
  return recordOfDrawing(file, scan);
}

function recordOfDrawing(file: FileContent, scan: DrawingScan): Extracted {
  const { header, layers, blocks, texts, styles, counts, box } = scan;
  const entities = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const unit = units[header.get("$INSUNITS") ?? ""] ?? null;
  const types = createNameList();
  for (const [type, count] of [...counts].toSorted((a, b) => b[1] - a[1]))
    types.add(`${type} (${count.toLocaleString("en-US")})`);
  const version = header.get("$ACADVER") ?? "";
  return modelRecord(file, {
    what: `Drawing (DXF${autocadReleases[version] === undefined ? "" : `, AutoCAD ${autocadReleases[version]}`})`,
    title: header.get("$TITLE") ?? null,
    facts: [
      quantity(entities, "entity", "entities"),
      quantity(layers.size, "layer"),
      blocks.size > 0 ? quantity(blocks.size, "block") : null,
      texts.size > 0 ? quantity(texts.size, "text") : null,
    ],
    extent: headerExtent(header) ?? box.extent(),
    unit,
    lists: [
      { label: "Layers", names: layers },
      { label: "Blocks", names: blocks },
      { label: "Text styles", names: styles },
      { label: "Entities", names: types },
      { label: "Texts", names: texts },
    ],
    metadata: {
      format: "dxf",
      version,
      entities,
      layers: layers.size,
      blocks: blocks.size,
      author: header.get("$LASTSAVEDBY"),
    },
    bytesRead: Math.min(file.sizeBytes, maxModelTextBytes),
  });
}

/** The extents that the drawing's header says; null where it says none, or those of an empty drawing. */
function headerExtent(header: ReadonlyMap<string, string>): Extent | null {
  const corner = (name: string): [number, number, number] => [
    Number(header.get(`${name}.10`) ?? Number.NaN),
    Number(header.get(`${name}.20`) ?? Number.NaN),
    Number(header.get(`${name}.30`) ?? 0),
  ];
  const [min, max] = [corner("$EXTMIN"), corner("$EXTMAX")];
  const isKnown = [...min, ...max].every((value) => Math.abs(value) < 1e19);
  return isKnown && min.every((value, axis) => value <= (max[axis] ?? 0)) ? { min, max } : null;
}

/** Takes in one group after the other. Codes: 0 begins an object, 2 and 8 are names, 1 and 3 texts, 9 a variable, 10 to 39 coordinates. */
function createDrawingReader(scan: DrawingScan): (code: number, value: string, section: string) => void {
  let [entity, table, variable, text] = ["", "", "", ""];
  let [x, y] = [Number.NaN, Number.NaN];
  const endEntity = (): void => {
    if (text !== "" && textEntities.has(entity)) scan.texts.add(readDxfText(text));
    text = "";
  };
  return (code, value, section) => {
    if (code === 0) {
      endEntity();
      entity = value;
      if (section === "ENTITIES" && (scan.counts.has(value) || scan.counts.size < maxTypes))
        scan.counts.set(value, (scan.counts.get(value) ?? 0) + 1);
    } else if (section === "HEADER") {
      if (code === 9) variable = value;
      else if (scan.header.size < 1_000)
        scan.header.set(code >= 10 && code < 40 ? `${variable}.${code}` : variable, value);
    } else if (section === "TABLES" && code === 2) {
      if (entity === "TABLE") table = value;
      else if (entity === "LAYER" && table === "LAYER") scan.layers.add(value);
      else if (entity === "STYLE" && table === "STYLE") scan.styles.add(value);
    } else if (section === "BLOCKS" && code === 2 && entity === "BLOCK") {
      // Names that begin with a star are the program's own: model space, paper space, dimensions.
      if (!value.startsWith("*")) scan.blocks.add(value);
    } else if (section === "ENTITIES" && code === 8) scan.layers.add(value);
    else if ((code === 1 || code === 3) && text.length < maxTextChars) text += value;
    else if (section === "ENTITIES" && code >= 10 && code < 40) {
      if (code < 20) x = Number(value);
      else if (code < 30) y = Number(value);
      if (code === 20 || code === 21) scan.box.add(x, y, 0);
      else if (code === 30 || code === 31) scan.box.add(x, y, Number(value));
    }
  };
}
