import type { AST } from "toml-eslint-parser";
import { applyEdits, lineEnd, lineStart, nextLineStart, previousLineEnd, type TextEdit } from "./text-edits.ts";
import { isUnder, type TomlLine, type TomlMember, type TomlTable, type TomlText } from "./toml-places.ts";

/** The text without all headers, lines and members whose names lead through the keys. */
export function removeFromToml({ text, places }: TomlText, keys: readonly string[]): string {
  // What stands inside of something that goes, goes with it.
  const going = places.filter(
    (place) => isUnder(place.path, keys) && (place.kind === "table" || place.outerDepth < keys.length),
  );
  const nodes = new Set<AST.TOMLNode>(going.map((place) => place.node));
  const removals = going.map((place) =>
    place.kind === "member" ? removalOfMember(text, place, nodes) : removalOfLines(text, place),
  );
  return applyEdits(
    text,
    joined(removals).map((removal) => withLineBreakAtTop(text, removal)),
  );
}

/** Neighbours that both go share the line break or comma between them. */
function joined(removals: readonly TextEdit[]): TextEdit[] {
  return removals
    .toSorted((a, b) => a.start - b.start)
    .reduce<TextEdit[]>((done, next) => {
      const last = done.at(-1);
      if (last === undefined || last.end < next.start) return [...done, next];
      return [...done.slice(0, -1), { start: last.start, end: Math.max(last.end, next.end), text: "" }];
    }, []);
}

function removalOfLines(text: string, place: TomlTable | TomlLine): TextEdit {
  const start = lineStart(text, place.node.range[0]);
  const end = lineEnd(text, place.node.range[1]);
  const before = previousLineEnd(text, start);
  if (before === null) return { start, end, text: "" };
  // A table stands apart by an empty line, which came with it.
  const isApart = place.kind === "table" && isBlankLine(text, before);
  const from = isApart ? (previousLineEnd(text, lineStart(text, before)) ?? 0) : before;
  return { start: from, end, text: "" };
}

/** Of what stands at the very beginning the line break goes too, and the empty line that set it apart from what follows. */
function withLineBreakAtTop(text: string, removal: TextEdit): TextEdit {
  if (removal.start > 0 || removal.end !== lineEnd(text, removal.end)) return removal;
  const next = nextLineStart(text, removal.end);
  const isApart = isBlankLine(text, next) && text.slice(next).trim() !== "";
  return { ...removal, end: isApart ? nextLineStart(text, next) : next };
}

function isBlankLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), lineEnd(text, offset)).trim() === "";
}

function removalOfMember(text: string, { node, around }: TomlMember, going: ReadonlySet<AST.TOMLNode>): TextEdit {
  const index = around.body.indexOf(node);
  const next = around.body[index + 1];
  if (around.body.slice(index).some((other) => !going.has(other)) && next !== undefined)
    return { start: node.range[0], end: next.range[0], text: "" };
  const before = around.body.slice(0, index).findLast((other) => !going.has(other));
  if (before !== undefined) return { start: before.range[1], end: node.range[1], text: "" };
  // The only one: a comma that TOML 1.1 allows after it goes too.
  const hasComment = text.slice(around.range[0], around.range[1]).includes("#");
  const [start, end] = hasComment ? node.range : [around.range[0] + 1, around.range[1] - 1];
  return { start, end, text: "" };
}
