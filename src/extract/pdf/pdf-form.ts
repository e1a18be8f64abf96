import type { PDFDocumentProxy } from "unpdf/pdfjs";
import type { TextPart } from "../extracted.ts";
import { oneLine } from "../sections.ts";

const maxFields = 2_000;

/** What was typed into the fields of a form, as one part; null when there is nothing. */
export async function readFormFields(pdf: PDFDocumentProxy): Promise<TextPart | null> {
  const fields: unknown = await pdf.getFieldObjects().catch(() => null);
  if (typeof fields !== "object" || fields === null) return null;
  const lines: string[] = [];
  for (const [name, widgets] of Object.entries(fields).slice(0, maxFields)) {
    const value = Array.isArray(widgets) ? valueOf(widgets) : "";
    if (value !== "") lines.push(`${oneLine(name)}: ${value}`);
  }
  if (lines.length === 0) return null;
  const text = `Form fields:\n${lines.join("\n")}\n`.toWellFormed();
  return { text, start: 1, end: 1, kind: "record", symbol: "Form fields", signature: null, doc: null, scope: [] };
}

function valueOf(widgets: readonly unknown[]): string {
  for (const widget of widgets.slice(0, 100)) {
    if (typeof widget !== "object" || widget === null || !("value" in widget)) continue;
    const { value } = widget;
    // A box that is not ticked says "Off".
    if (typeof value === "string" && value.trim() !== "" && value !== "Off") return oneLine(value);
  }
  return "";
}
