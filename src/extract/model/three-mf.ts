import { createBoundingBox } from "./bounding-box.ts";
import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { modelRecord } from "./model-record.ts";
import { createNameList } from "../name-list.ts";
import { quantity } from "../quantity.ts";
import { attributesOf, createTagScanner, withoutEntities } from "../xml-tags.ts";
import { openZip, UnreadableArchive, type ZipArchive } from "../zip-archive.ts";

const maxUnpackedBytes = 100_000_000;
const maxModels = 200;
const maxFactChars = 2_000;

/** Objects, triangles, unit, bounding box and the facts of a 3MF model: at most 100 MB of its unpacked XML. Errors: DamagedFile. */
export async function extractThreeMf(file: FileContent): Promise<Extracted> {
  const archive = openZip(await file.read(0, file.sizeBytes));
  const models = archive.names.filter((name) => /\.model$/i.test(name)).slice(0, maxModels);
  if (models.length === 0) throw new DamagedFile("holds no 3D model");
  const scan = createModelScan();
  let left = maxUnpackedBytes;
  try {
    for (const model of models) left -= await scanModel(archive, model, { maxBytes: left, scan });
  } catch (error) {
    if (!(error instanceof UnreadableArchive)) throw error;
    return { kind: "skipped", reason: error.reason, message: error.message };
  }
  const { facts, objects, materials } = scan;
  const isCut = left <= 0;
  return modelRecord(file, {
    what: "3D model (3MF)",
    title: facts.get("Title") ?? null,
    facts: [
      quantity(scan.triangles, "triangle"),
      quantity(scan.objects.size, "object"),
      scan.items > 0 ? `${quantity(scan.items, "item")} to build` : null,
      isCut ? "counted in the first 100 MB of its XML" : null,
    ],
    extent: scan.box.extent(),
    unit: scan.unit,
    lists: [
      { label: "Objects", names: objects },
      { label: "Materials", names: materials },
      { label: "Facts", names: factList(facts) },
    ],
    metadata: {
      format: "3mf",
      triangles: scan.triangles,
      objects: objects.size,
      designer: facts.get("Designer"),
      application: facts.get("Application"),
      ...(isCut ? { isPartial: true } : {}),
    },
  });
}

interface ModelScan {
  readonly box: ReturnType<typeof createBoundingBox>;
  readonly objects: ReturnType<typeof createNameList>;
  readonly materials: ReturnType<typeof createNameList>;
  readonly facts: Map<string, string>;
  triangles: number;
  items: number;
  unit: string;
}

function createModelScan(): ModelScan {
  return {
    box: createBoundingBox(),
    objects: createNameList(),
    materials: createNameList(),
    facts: new Map(),
    triangles: 0,
    items: 0,
    unit: "millimeter",
  };
}

/** Scans one model; answers how many bytes it unpacked to. */
async function scanModel(
  archive: ZipArchive,
  name: string,
  { maxBytes, scan }: { maxBytes: number; scan: ModelScan },
): Promise<number> {
  const decoder = new TextDecoder();
  const tags = createTagScanner(handlerOf(scan));
  let bytes = 0;
  if (maxBytes <= 0) return 0;
  for await (const piece of archive.stream(name)) {
    bytes += piece.length;
    tags.push(decoder.decode(piece, { stream: true }));
    if (bytes >= maxBytes) break;
  }
  return bytes;
}

function handlerOf(scan: ModelScan): Parameters<typeof createTagScanner>[0] {
  let fact: string | undefined;
  return {
    onOpen: (name, attributes) => {
      if (name === "triangle") {
        scan.triangles++;
        return;
      }
      if (!["vertex", "model", "object", "item", "base", "metadata"].includes(name)) return;
      const values = attributesOf(attributes);
      if (name === "vertex") scan.box.add(Number(values["x"]), Number(values["y"]), Number(values["z"]));
      else if (name === "model") scan.unit = values["unit"] ?? scan.unit;
      else if (name === "object") scan.objects.add(values["name"] ?? `object ${values["id"] ?? ""}`);
      else if (name === "item") scan.items++;
      else if (name === "base") scan.materials.add(values["name"] ?? "");
      else fact = values["name"];
    },
    onClose: (name) => {
      if (name === "metadata") fact = undefined;
    },
    onText: (text) => {
      if (fact === undefined || scan.facts.size >= 100) return;
      const before = scan.facts.get(fact) ?? "";
      scan.facts.set(fact, (before + withoutEntities(text.slice(0, maxFactChars))).slice(0, maxFactChars));
    },
  };
}

function factList(facts: ReadonlyMap<string, string>): ReturnType<typeof createNameList> {
  const list = createNameList();
  for (const [name, value] of facts) if (name !== "Title" && value.trim() !== "") list.add(`${name}: ${value}`);
  return list;
}
