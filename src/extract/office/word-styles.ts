import { attributeOf, type XmlPackage } from "./xml-package.ts";

/** What a paragraph's style says of its part in the text. */
export interface WordStyle {
  /** 0 for the title, 1 for the topmost heading; null for text. */
  readonly level: number | null;
  readonly isListItem: boolean;
  /** An entry of a table of contents, which repeats the headings. */
  readonly isContents: boolean;
}

interface Definition {
  name: string;
  basedOn: string | null;
  outline: number | null;
}

const maxStyles = 10_000;
const maxBases = 20;
const plain: WordStyle = { level: null, isListItem: false, isContents: false };

/**
 * Paragraph styles by id. Ids follow the language of the program that wrote the file ("berschrift1", "Titre1"); names are English in
 * all of them, and where they are the author's own, the outline level tells.
 */
export async function readWordStyles(parts: XmlPackage, part: string): Promise<ReadonlyMap<string, WordStyle>> {
  const definitions = new Map<string, Definition>();
  let current: Definition | null = null;
  await parts.parse(part, {
    open(name, attributes) {
      if (name === "style") {
        const id = attributeOf(attributes, "styleId");
        current = null;
        if (id === undefined || attributeOf(attributes, "type") !== "paragraph" || definitions.size >= maxStyles)
          return;
        current = { name: "", basedOn: null, outline: null };
        definitions.set(id, current);
      }
      if (current === null) return;
      const value = attributeOf(attributes, "val") ?? "";
      if (name === "name") current.name = value.toLowerCase();
      else if (name === "basedOn") current.basedOn = value;
      else if (name === "outlineLvl") current.outline = outlineLevel(value);
    },
  });
  return new Map([...definitions.keys()].map((id) => [id, resolve(definitions, id)]));
}

/** Word's outline levels count from 0; 9 is text. */
export function outlineLevel(value: string): number | null {
  return /^[0-8]$/.test(value) ? Number(value) + 1 : null;
}

function resolve(definitions: ReadonlyMap<string, Definition>, first: string): WordStyle {
  let id: string | null = first;
  for (let bases = 0; id !== null && bases < maxBases; bases++) {
    const definition = definitions.get(id);
    if (definition === undefined) break;
    const { name, outline } = definition;
    const heading = /^heading ([1-9])$/.exec(name)?.[1];
    if (/^toc( |$)/.test(name)) return { ...plain, isContents: !name.includes("heading") };
    if (heading !== undefined) return { ...plain, level: Number(heading) };
    if (name === "title") return { ...plain, level: 0 };
    if (outline !== null) return { ...plain, level: outline };
    if (/^list (paragraph|bullet|number)/.test(name)) return { ...plain, isListItem: name !== "list paragraph" };
    id = definition.basedOn;
  }
  return plain;
}
