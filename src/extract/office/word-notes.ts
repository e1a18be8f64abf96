import { attributeOf, type XmlPackage } from "./xml-package.ts";

const maxNoteChars = 100_000;
const maxCharsInAll = 1_000_000;

/** Texts of footnotes, endnotes or comments by id, in the order of the file; comments begin with the name of who wrote them. */
export async function readWordNotes(
  parts: XmlPackage,
  part: string,
  element: "footnote" | "endnote" | "comment",
): Promise<ReadonlyMap<string, string>> {
  const notes = new Map<string, string>();
  let id: string | null = null;
  let text = "";
  let isText = false;
  let chars = 0;
  await parts.parse(
    part,
    {
      open(name, attributes) {
        if (name === element) {
          // Those with a type are the lines that separate notes from text.
          const isNote = attributeOf(attributes, "type") === undefined || attributeOf(attributes, "type") === "normal";
          id = isNote ? (attributeOf(attributes, "id") ?? null) : null;
          const author = element === "comment" ? attributeOf(attributes, "author")?.slice(0, 200) : undefined;
          text = author === undefined ? "" : `${author}: `;
        } else if (name === "t") isText = true;
        else if (name === "p" && text !== "" && !text.endsWith(" ")) text += " ";
      },
      text(value) {
        if (isText && id !== null) text = (text + value).slice(0, maxNoteChars);
      },
      close(name) {
        if (name === "t") isText = false;
        if (name !== element || id === null) return;
        const note = text.trim();
        if (note !== "") notes.set(id, note);
        chars += note.length;
        id = null;
      },
    },
    { isDone: () => chars > maxCharsInAll },
  );
  return notes;
}
