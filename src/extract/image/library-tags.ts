import type { PhotoTag, PhotoValue } from "./photo-facts.ts";
import { shortened } from "./picture-facts.ts";

/** A field as the library gives it. */
interface LibraryTag {
  readonly id?: unknown;
  readonly value?: unknown;
  readonly description?: unknown;
  readonly computed?: unknown;
}

export interface LibraryFields {
  readonly block: string;
  /** Fields that are bytes: what they mean stands in their description. */
  readonly isBytes: (id: number) => boolean;
  /** Whole counts of fields of which not all was read. */
  readonly cut: ReadonlyMap<number, number>;
}

const maxTextChars = 2_000;
const maxValues = 64;
const gpsVersion = 0;
/** Fields that only lead to others. */
const pointers: ReadonlySet<unknown> = new Set([0x8769, 0x8825, 0xa005, 0x927c, 0x83bb, 0x8773]);

/** Tags of one group of the library's answer, in its order; without pointers. Unnamed fields go by their number, "0xc4a5". */
export function libraryTags(group: object | undefined, fields: LibraryFields): PhotoTag[] {
  const tags: PhotoTag[] = [];
  for (const [name, given] of Object.entries(group ?? {})) {
    const all: LibraryTag[] = (Array.isArray(given) ? given : [given]).filter(isTag);
    const [first] = all;
    if (first === undefined || isPointer(name, first, fields.block)) continue;
    const values = all.flatMap((tag) => valueOf(tag, fields) ?? []);
    const isWhole = all.every((tag) => valueOf(tag, fields) !== null) && values.length <= maxValues;
    tags.push({
      block: fields.block,
      name: shownName(name, fields.block),
      text: textOf(all, fields),
      value: !isWhole ? null : values.length === 1 ? (values[0] ?? null) : values,
    });
  }
  return tags;
}

function isTag(given: unknown): given is LibraryTag {
  return typeof given === "object" && given !== null && ("value" in given || "description" in given);
}

function isPointer(name: string, { id }: LibraryTag, block: string): boolean {
  return block === "ICC" || block === "IPTC" ? false : pointers.has(id) || name === "Thumbnail";
}

/** IPTC counts its fields by record and number, "2:225"; EXIF has one number, "0xc4a5". */
function shownName(name: string, block: string): string {
  const number = /^undefined-(\d+)$/.exec(name)?.[1];
  if (number === undefined) return name;
  const id = Number(number);
  return block === "IPTC" ? `${id >> 8}:${id & 0xff}` : `0x${id.toString(16).padStart(4, "0")}`;
}

function textOf(tags: readonly LibraryTag[], { cut }: LibraryFields): string {
  const texts = tags.map(describedText);
  const text = shortened(texts.filter((each) => each !== "").join("; "), maxTextChars);
  const id = tags[0]?.id;
  const whole = typeof id === "number" ? cut.get(id) : undefined;
  return whole === undefined ? text : `${text} (the first of ${whole.toLocaleString("en-US")})`;
}

/** What the library has no words for shows as its value. */
function describedText({ id, description, value }: LibraryTag): string {
  // The library knows the versions that there were when it was made.
  if (id === gpsVersion && Array.isArray(value) && value.length === 4) return value.join(".");
  const text = plainText(description ?? value);
  if (text === "Unknown") return `Unknown (${plainText(value)})`;
  // A quotient has more digits than its parts.
  return text === ""
    ? plainText(value)
    : text.replace(/^-?\d+\.\d{8,}$/, (digits) => String(Number(Number(digits).toPrecision(10))));
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value.replace(/\0+$/, "");
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.slice(0, 500).map(plainText).join(", ");
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (typeof value !== "object" || value === null) return "";
  // A profile's text in several languages.
  return Object.entries(value)
    .map(([name, text]) => `${name}: ${plainText(text)}`)
    .join("; ");
}

/** null: bytes that mean nothing as numbers, or too many values. */
function valueOf(tag: LibraryTag, fields: LibraryFields): PhotoValue[] | null {
  const { id, description, value } = tag;
  if (fields.block === "IPTC" || fields.block === "ICC" || value instanceof Date) return [plainText(description)];
  const given = tag.computed === undefined ? value : tag.computed;
  const isBytes = typeof id === "number" && fields.isBytes(id) && Array.isArray(value);
  if (isBytes && typeof description === "string" && isSaid(description, value)) return [plainText(description)];
  if (typeof id === "number" && fields.cut.has(id)) return null;
  const values = Array.isArray(given) ? given : [given];
  if (values.length > maxValues) return null;
  return values.map((each, index) => scalarOf(each, fractionAt(value, index, values.length)));
}

function isSaid(description: string, bytes: readonly unknown[]): boolean {
  return description !== "" && description !== "Unknown" && description !== bytes.join(", ");
}

/** The fraction behind a computed value: alone it is a pair, else one pair of a list. */
function fractionAt(value: unknown, index: number, count: number): unknown {
  if (!Array.isArray(value)) return undefined;
  return count === 1 && !Array.isArray(value[0]) ? value : value[index];
}

function scalarOf(computed: unknown, fraction: unknown): PhotoValue {
  if (typeof computed === "number") return computed;
  if (typeof computed === "string") return computed.replace(/\0+$/, "");
  // Without a denominator, as exiftool names it.
  if (computed === null && Array.isArray(fraction)) return fraction[0] === 0 ? "undef" : "inf";
  return plainText(computed);
}
