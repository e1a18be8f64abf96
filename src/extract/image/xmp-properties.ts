import type { PhotoTag } from "./photo-facts.ts";
import { shortened } from "./picture-facts.ts";

const rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const xml = "http://www.w3.org/XML/1998/namespace";
const namespaces = "http://www.w3.org/2000/xmlns/";
const wrappers: ReadonlySet<string> = new Set(["RDF", "Description", "Bag", "Seq", "Alt", "li"]);
const maxDepth = 64;
const maxErrors = 100;
const maxProperties = 2_000;
const maxValues = 64;
const maxValueChars = 20_000;
const maxTextChars = 2_000;

/** Stops a packet that is no XML, or is made to be slow. */
class BrokenPacket extends Error {}

/**
 * Every property of packets of XMP, in their order: "dc:title", of structures the way to each field ("Iptc4xmpCore:CreatorContactInfo/
 * Iptc4xmpCore:CiAdrCity"), lists as several values, other languages behind the name ("dc:title[de]"). Of a broken packet what stands
 * before the break. At most 2,000.
 */
export async function xmpProperties(packets: readonly string[]): Promise<{ tags: PhotoTag[]; leftOut: number }> {
  const found = new Map<string, string[]>();
  let leftOut = 0;
  for (const packet of packets) {
    const own = new Map<string, string[]>();
    leftOut += await readPacket(packet, own);
    // Programs that find no packet where they look add one: what both say counts once.
    for (const [name, values] of own) if (!found.has(name)) found.set(name, values);
  }
  const tags = [...found].map(([name, values]): PhotoTag => {
    const [first = ""] = values;
    const value = values.length === 1 ? first : values.length <= maxValues ? values : null;
    return { block: "XMP", name, text: shortened(values.join("; "), maxTextChars), value };
  });
  return { tags, leftOut };
}

interface Level {
  /** "" for what only wraps others. */
  readonly name: string;
  readonly language: string;
  /** Whether a property was found in or below it: then its own text is white space. */
  hasInner: boolean;
}

/** How many values were left out. */
async function readPacket(packet: string, found: Map<string, string[]>): Promise<number> {
  // A bundle gives a CommonJS package by its default export alone.
  const { SaxesParser } = (await import("saxes")).default;
  const parser = new SaxesParser({ xmlns: true });
  const levels: Level[] = [];
  let [errors, leftOut, text] = [0, 0, ""];
  const add = (names: readonly string[], value: string, language = ""): void => {
    const clean = value.trim();
    if (names.length === 0 || clean === "") return;
    const name = `${names.join("/")}${language === "" || language === "x-default" ? "" : `[${language}]`}`;
    const values = found.get(name) ?? [];
    if ((values.length === 0 && found.size >= maxProperties) || values.length >= maxProperties) leftOut++;
    else found.set(name, [...values, clean.slice(0, maxValueChars)]);
  };
  const namesOf = (): string[] => levels.flatMap(({ name }) => (name === "" ? [] : [name]));
  parser.on("error", () => {
    if (++errors > maxErrors) throw new BrokenPacket();
  });
  parser.on("opentag", ({ uri, local, name, attributes }) => {
    if (levels.length >= maxDepth) throw new BrokenPacket();
    const isWrapper = (uri === rdf && wrappers.has(local)) || (levels.length === 0 && local === "xmpmeta");
    const all = Object.values(attributes);
    const language = all.find((each) => each.uri === xml && each.local === "lang")?.value ?? "";
    levels.push({ name: isWrapper ? "" : name, language, hasInner: false });
    text = "";
    const names = namesOf();
    for (const { uri: from, local: key, name: full, value } of all) {
      if (from === rdf && key === "resource") add(names, value);
      // About which document it speaks, and marks of the packet itself, are no properties.
      if (from === "" || from === rdf || from === xml || from === namespaces || local === "xmpmeta") continue;
      add([...names, full], value);
      for (const level of levels) level.hasInner = true;
    }
  });
  parser.on("text", (piece) => {
    if (text.length < maxValueChars) text += piece;
  });
  parser.on("closetag", () => {
    const closed = levels.at(-1);
    if (closed !== undefined && !closed.hasInner && text.trim() !== "") {
      add(namesOf(), text, closed.language);
      for (const level of levels) level.hasInner = true;
    }
    levels.pop();
    text = "";
  });
  try {
    parser.write(packet.replace(/\0+$/, "")).close();
  } catch (error) {
    if (!(error instanceof BrokenPacket)) throw error;
  }
  return leftOut;
}
