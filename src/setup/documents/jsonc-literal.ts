import type { Node } from "jsonc-parser";
import type { ConfigValue } from "../client-adapter.ts";
import { membersOf } from "./jsonc-tree.ts";
import { indentationAt, isFirstOnLine, lineBreakOf } from "./text-edits.ts";

/** How a text is laid out: new parts follow it. */
export interface JsonLayout {
  /** One step of indentation. */
  readonly step: string;
  readonly lineBreak: string;
}

/** By the first member that stands on a line of its own; two spaces where none does. */
export function layoutOf(text: string, root: Node | null): JsonLayout {
  return { step: (root === null ? null : stepOf(text, root)) ?? "  ", lineBreak: lineBreakOf(text) };
}

function stepOf(text: string, object: Node): string | null {
  const outer = indentationAt(text, object.offset);
  for (const { start, value } of membersOf(object)) {
    if (!isFirstOnLine(text, start)) continue;
    const indentation = indentationAt(text, start);
    if (indentation.startsWith(outer) && indentation.length > outer.length) return indentation.slice(outer.length);
    return value.type === "object" ? stepOf(text, value) : null;
  }
  return null;
}

/** A value over lines; `indentation` is that of the line on which it begins. */
export function jsonLines(value: ConfigValue, indentation: string, layout: JsonLayout): string {
  const lines = JSON.stringify(value, null, layout.step.slice(0, 10)).split("\n");
  return lines.join(layout.lineBreak + indentation);
}

/** A value on one line, as an editor writes it: `{"a": [1, 2]}`. */
export function jsonInline(value: ConfigValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonInline).join(", ")}]`;
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${jsonInline(inner)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
