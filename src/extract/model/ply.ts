import { blocksOf, viewOf } from "../byte-stream.ts";
import { createBoundingBox, type BoundingBox } from "./bounding-box.ts";
import { DamagedFile, type Extracted, type FileContent } from "../extracted.ts";
import { linesOf } from "../line-stream.ts";
import { maxModelBytes, maxModelTextBytes, modelRecord } from "./model-record.ts";
import { createNameList } from "../name-list.ts";
import { quantity } from "../quantity.ts";

type Format = "ascii" | "binary_little_endian" | "binary_big_endian";

interface Property {
  readonly name: string;
  readonly type: string;
  readonly isList: boolean;
}

interface Element {
  readonly name: string;
  readonly count: number;
  readonly properties: Property[];
}

interface Header {
  readonly format: Format;
  readonly elements: readonly Element[];
  readonly comments: readonly string[];
  readonly lines: number;
  readonly bytes: number;
}

const maxHeaderBytes = 65_536;
const typeBytes = new Map([
  ...["char", "uchar", "int8", "uint8"].map((type) => [type, 1] as const),
  ...["short", "ushort", "int16", "uint16"].map((type) => [type, 2] as const),
  ...["int", "uint", "float", "int32", "uint32", "float32"].map((type) => [type, 4] as const),
  ...["double", "float64"].map((type) => [type, 8] as const),
]);

/** Elements, properties and bounding box of a PLY model or point cloud. Errors: DamagedFile. */
export async function extractPly(file: FileContent): Promise<Extracted> {
  const header = headerOf(await file.read(0, maxHeaderBytes));
  const box = createBoundingBox();
  const bytesRead =
    header.format === "ascii" ? await addTextVertices(file, header, box) : await addBinaryVertices(file, header, box);
  const elements = createNameList();
  for (const { name, count, properties } of header.elements)
    elements.add(`${name} (${count.toLocaleString("en-US")}: ${properties.map((each) => each.name).join(" ")})`);
  const countOf = (name: string): number => header.elements.find((each) => each.name === name)?.count ?? 0;
  const faces = countOf("face");
  return modelRecord(file, {
    what: faces > 0 ? "3D model (PLY)" : "Point cloud (PLY)",
    title: header.comments[0] ?? null,
    facts: [
      header.format.replaceAll("_", " "),
      quantity(countOf("vertex"), "vertex", "vertices"),
      quantity(faces, "face"),
    ],
    extent: box.extent(),
    lists: [{ label: "Elements", names: elements }],
    metadata: { format: `ply-${header.format}`, vertices: countOf("vertex"), faces },
    bytesRead,
  });
}

function headerOf(bytes: Buffer): Header {
  const text = bytes.toString("latin1");
  const end = /^end_header[ \t]*\r?\n/m.exec(text);
  if (!/^ply\s/.test(text) || end === null) throw new DamagedFile("is no PLY model");
  const lines = text.slice(0, end.index).split("\n");
  const elements: Element[] = [];
  const comments: string[] = [];
  let format: string | undefined;
  for (const line of lines) {
    const words = line.trim().split(/\s+/);
    if (words[0] === "format") format = words[1];
    else if (words[0] === "comment") comments.push(line.trim().slice(8));
    else if (words[0] === "element") elements.push(elementOf(words));
    else if (words[0] === "property") elements.at(-1)?.properties.push(propertyOf(words));
  }
  if (format !== "ascii" && format !== "binary_little_endian" && format !== "binary_big_endian")
    throw new DamagedFile("is no PLY model: its format is unknown");
  return { format, elements, comments, lines: lines.length, bytes: end.index + end[0].length };
}

function elementOf([, name = "", count]: readonly string[]): Element {
  const number = Number(count);
  if (!Number.isSafeInteger(number) || number < 0) throw new DamagedFile("says no count of its elements");
  return { name, count: number, properties: [] };
}

function propertyOf(words: readonly string[]): Property {
  const isList = words[1] === "list";
  return { name: words.at(-1) ?? "", type: words[1] ?? "", isList };
}

/** Adds the vertices; answers the bytes that were looked at. */
async function addTextVertices(file: FileContent, header: Header, box: BoundingBox): Promise<number> {
  const index = header.elements.findIndex((each) => each.name === "vertex");
  const vertex = header.elements[index];
  if (vertex === undefined) return file.sizeBytes;
  const before = header.elements.slice(0, index).reduce((sum, each) => sum + each.count, 0);
  const first = header.lines + before;
  const places = placesOf(vertex).map(({ place }) => place);
  let at = 0;
  for await (const lines of linesOf(file, maxModelTextBytes)) {
    for (const line of lines) {
      if (at >= first && at < first + vertex.count) {
        const words = line.trim().split(/\s+/);
        const [x, y, z] = places.map((place) => Number(words[place]));
        box.add(x ?? 0, y ?? 0, z ?? 0);
      }
      at++;
    }
    if (at >= first + vertex.count) return file.sizeBytes;
  }
  if (file.sizeBytes <= maxModelTextBytes) throw new DamagedFile("is cut short: there are fewer vertices than it says");
  return maxModelTextBytes;
}

async function addBinaryVertices(file: FileContent, header: Header, box: BoundingBox): Promise<number> {
  const index = header.elements.findIndex((each) => each.name === "vertex");
  const vertex = header.elements[index];
  const rowsBefore = header.elements.slice(0, index);
  const sizes = [...rowsBefore, ...(vertex === undefined ? [] : [vertex])].map(rowBytesOf);
  // Rows of unequal length before the vertices would have to be read one by one.
  if (vertex === undefined || sizes.includes(null)) return file.sizeBytes;
  const rowBytes = sizes.at(-1) ?? 0;
  const start = rowsBefore.reduce((sum, each, at) => sum + each.count * (sizes[at] ?? 0), header.bytes);
  if (start + vertex.count * rowBytes > file.sizeBytes) throw new DamagedFile("is cut short");
  if (rowBytes === 0) return file.sizeBytes;
  const rows = Math.min(vertex.count, Math.floor(maxModelBytes / rowBytes));
  const read = readerOf(vertex, header.format === "binary_little_endian");
  let carry: Buffer = Buffer.alloc(0);
  for await (const block of blocksOf(file, start, start + rows * rowBytes)) {
    const bytes = carry.length === 0 ? block : Buffer.concat([carry, block]);
    const view = viewOf(bytes);
    const whole = bytes.length - (bytes.length % rowBytes);
    for (let at = 0; at < whole; at += rowBytes) box.add(read(view, at, 0), read(view, at, 1), read(view, at, 2));
    carry = bytes.subarray(whole);
  }
  return rows < vertex.count ? start + rows * rowBytes : file.sizeBytes;
}

/** Where x, y and z stand in a row: the property's number, and its byte. */
function placesOf(vertex: Element): { place: number; offset: number; type: string }[] {
  return ["x", "y", "z"].map((axis) => {
    const place = vertex.properties.findIndex((each) => each.name === axis && !each.isList);
    if (place === -1) throw new DamagedFile("has vertices without coordinates");
    const before = vertex.properties.slice(0, place);
    const offset = before.reduce((sum, each) => sum + (typeBytes.get(each.type) ?? 0), 0);
    return { place, offset, type: vertex.properties[place]?.type ?? "" };
  });
}

function readerOf(vertex: Element, isLittle: boolean): (view: DataView, row: number, axis: number) => number {
  const places = placesOf(vertex);
  const offsets = places.map((each) => each.offset);
  const isDouble = places.map((each) => typeBytes.get(each.type) === 8);
  if (places.some((each) => !/^(float|double)/.test(each.type))) return () => Number.NaN;
  return (view, row, axis) => {
    const at = row + (offsets[axis] ?? 0);
    return isDouble[axis] === true ? view.getFloat64(at, isLittle) : view.getFloat32(at, isLittle);
  };
}

/** Bytes of one row; null where a list makes them unequal. */
function rowBytesOf({ properties }: Element): number | null {
  if (properties.some((each) => each.isList)) return null;
  return properties.reduce((sum, { type }) => {
    const bytes = typeBytes.get(type);
    if (bytes === undefined) throw new DamagedFile("has a property of an unknown type");
    return sum + bytes;
  }, 0);
}
