import { createTableRows } from "./table-rows.ts";
import { attributeOf, type XmlPackage } from "./xml-package.ts";

/** A text box, table or diagram of a slide. */
export interface Shape {
  /** What the layout uses it for: "title", "body", "sldNum"; null for a box of its own. */
  readonly placeholder: string | null;
  /** Paragraphs and rows, one a line. */
  readonly text: string;
}

const maxShapeChars = 1_000_000;

/** The shapes of a part in the order of the file, without those that hold no text. */
export async function readShapes(parts: XmlPackage, part: string): Promise<Shape[]> {
  const shapes: Shape[] = [];
  const rows = createTableRows();
  let placeholder: string | null = null;
  let lines: string[] = [];
  let paragraph: string | null = null;
  let isText = false;
  let chars = 0;
  const finishShape = (): void => {
    const text = lines.join("\n").trim();
    if (text !== "") shapes.push({ placeholder, text });
    placeholder = null;
    lines = [];
  };
  const addLine = (line: string): void => {
    chars += line.length;
    if (line.trim() !== "") lines.push(line);
  };
  await parts.parse(
    part,
    {
      open(name, attributes) {
        if (name === "sp" || name === "graphicFrame" || name === "pt") finishShape();
        else if (name === "ph") placeholder = attributeOf(attributes, "type") ?? "content";
        else if (name === "p") paragraph = "";
        else if (name === "t") isText = true;
        else if (name === "br" && paragraph !== null) paragraph += "\n";
        else if (name === "tr") rows.beginRow();
        else if (name === "tc") rows.beginCell();
        else if (name === "cNvPr") addLine(attributeOf(attributes, "descr")?.slice(0, 500) ?? "");
      },
      text(text) {
        if (isText && paragraph !== null) paragraph += text;
      },
      close(name) {
        if (name === "t") isText = false;
        else if (name === "tc") rows.endCell();
        else if (name === "tr") addLine(rows.endRow() ?? "");
        else if (name === "p" && paragraph !== null) {
          if (!rows.addText(paragraph)) addLine(paragraph);
          paragraph = null;
        }
      },
    },
    { isDone: () => chars > maxShapeChars },
  );
  finishShape();
  return shapes;
}
