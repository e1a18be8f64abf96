import type { ChunkKind } from "../core/document.ts";
import { declarationPatterns, type DeclarationPattern } from "./declarations.ts";
import { docAbove, docInside, isLeadingLine } from "./doc-comments.ts";
import { isBlank, maxChunkLines, type Chunker, type Segment } from "./segments.ts";
import { cutWindows, plainSegment } from "./windows.ts";

export const outlineVersion = "outline-1";

/** A declaration and its lines. `start` includes the doc comment above; `line` is where the declaration itself begins. */
interface Declaration {
  readonly line: number;
  readonly indent: number;
  readonly kind: ChunkKind;
  readonly name: string;
  start: number;
  end: number;
  readonly members: Declaration[];
}

/** `isHead`: the first lines of a declaration whose members follow as segments of their own. */
type OutlineSegment = Segment & { readonly isHead?: boolean };

const smallLines = 8;
const mergedLines = 40;
const scrapLines = 4;
// A class of this size is read as a whole; a larger one by its methods.
const wholeClassLines = 24;
// No declaration stands on a longer line, and some patterns take long on them.
const maxDeclarationChars = 400;

/**
 * Code by declarations, found line by line without a parser: patterns say where one begins, the indentation where it ends.
 * Functions and methods stay whole, classes fall into head and methods, small neighbours are joined. Code that is not
 * indented is cut in other places, but no line is lost.
 */
export const cutDeclarations: Chunker = (lines, document) => {
  const patterns = declarationPatterns(document.language);
  if (patterns === null) return cutWindows(lines, document);
  const indents = lines.map(indentOf);
  const declarations = findDeclarations(lines, indents, patterns);
  const segments = emitRange(lines, declarations, { start: 0, end: lines.length - 1, scope: [] });
  return mergeSmall(lines, segments);
};

function findDeclarations(
  lines: readonly string[],
  indents: readonly number[],
  patterns: readonly DeclarationPattern[],
): Declaration[] {
  const top: Declaration[] = [];
  const open: Declaration[] = [];
  let claimed = 0;
  for (let line = 0; line < lines.length; line++) {
    const indent = indents[line] ?? -1;
    if (indent === -1) continue;
    while ((open.at(-1)?.end ?? lines.length) < line) open.pop();
    const parent = open.at(-1);
    const match = matchDeclaration(lines[line] ?? "", { indent, isMember: parent !== undefined }, patterns);
    if (match === null || (parent !== undefined && indent <= parent.indent)) continue;
    const end = Math.min(blockEnd(lines, indents, line), parent?.end ?? lines.length - 1);
    const start = leadingStart(lines, indents, { line, floor: Math.max(claimed, (parent?.line ?? -1) + 1) });
    const kind = match.kind === "function" && parent?.kind === "class" ? "method" : match.kind;
    const declaration: Declaration = { line, indent, kind, name: match.name, start, end, members: [] };
    (parent?.members ?? top).push(declaration);
    open.push(declaration);
    // What stands inside a function belongs to the function, unless that is too long to be one chunk.
    claimed = line + 1;
    if (!isSplit(declaration)) {
      line = end;
      claimed = end + 1;
    }
  }
  return top;
}

function matchDeclaration(
  line: string,
  place: { indent: number; isMember: boolean },
  patterns: readonly DeclarationPattern[],
): { kind: ChunkKind; name: string } | null {
  if (line.length > maxDeclarationChars) return null;
  const text = line.slice(place.indent === 0 ? 0 : line.length - line.trimStart().length);
  if (!/^[\w#@(*~$-]/.test(text) || /^(?:#\s|\/\/|--\s|\*\s)/.test(text)) return null;
  for (const { kind, pattern, place: where } of patterns) {
    if (where === "member" && !place.isMember) continue;
    if (where === "top" && place.indent > 0) continue;
    const name = pattern.exec(text)?.[1];
    if (name !== undefined && name !== "") return { kind, name };
  }
  return null;
}

/** The last line of the block that a declaration opens: by indentation, and the closing bracket or word behind it. */
function blockEnd(lines: readonly string[], indents: readonly number[], line: number): number {
  const indent = indents[line] ?? 0;
  let end = line;
  for (let at = line + 1; at < lines.length; at++) {
    const here = indents[at] ?? -1;
    if (here === -1) continue;
    if (here > indent) {
      end = at;
      continue;
    }
    const text = (lines[at] ?? "").trim();
    // Preprocessor lines and labels stand at the left edge in the middle of a C function.
    if (
      end > line &&
      (/^#\s*(?:if|else|elif|endif|ifdef|ifndef|define|undef|include|pragma)\b/.test(text) || /^\w+:$/.test(text))
    )
      continue;
    if (here < indent) return end;
    if (/^\{\s*$/.test(text) || /^[)\]}].*(?:[{([:,]|=>|->|=)$/.test(text)) {
      end = at;
      continue;
    }
    return /^(?:[)\]}]|end\b|fi\b|done\b|esac\b|@end\b)/.test(text) ? at : end;
  }
  return end;
}

/** Doc comments, decorators and attributes right above belong to a declaration. */
function leadingStart(
  lines: readonly string[],
  indents: readonly number[],
  place: { line: number; floor: number },
): number {
  const indent = indents[place.line] ?? 0;
  let start = place.line;
  while (start > place.floor) {
    const above = lines[start - 1] ?? "";
    const aboveIndent = indents[start - 1] ?? -1;
    if (aboveIndent === -1 || aboveIndent < indent || !isLeadingLine(above.trim())) break;
    start--;
  }
  return start;
}

function isSplit(declaration: Declaration): boolean {
  const length = declaration.end - declaration.start + 1;
  if (declaration.kind === "class" || declaration.kind === "type") return length > wholeClassLines;
  return length > maxChunkLines;
}

/** Declarations of a range as segments, and what stands between them as blocks without a name. */
function emitRange(
  lines: readonly string[],
  declarations: readonly Declaration[],
  range: { start: number; end: number; scope: readonly string[] },
): OutlineSegment[] {
  const segments: OutlineSegment[] = [];
  let next = range.start;
  for (const declaration of declarations) {
    if (declaration.start > next)
      segments.push(plainSegment({ start: next, end: declaration.start - 1 }, "block", range.scope));
    segments.push(...emitDeclaration(lines, declaration, range.scope));
    next = declaration.end + 1;
  }
  if (next <= range.end) segments.push(plainSegment({ start: next, end: range.end }, "block", range.scope));
  return segments;
}

function emitDeclaration(
  lines: readonly string[],
  declaration: Declaration,
  scope: readonly string[],
): OutlineSegment[] {
  const whole: Segment = {
    start: declaration.start,
    end: declaration.end,
    kind: declaration.kind,
    symbol: declaration.name,
    signature: signatureOf(lines, declaration),
    doc: docAbove(lines, declaration) ?? docInside(lines, declaration),
    scope,
  };
  const first = declaration.members[0];
  if (!isSplit(declaration) || first === undefined) return [whole];
  const inner = { start: first.start, end: declaration.end, scope: [...scope, declaration.name] };
  return [{ ...whole, end: first.start - 1, isHead: true }, ...emitRange(lines, declaration.members, inner)];
}

function signatureOf(lines: readonly string[], declaration: Declaration): string {
  const parts: string[] = [];
  for (let at = declaration.line; at <= Math.min(declaration.end, declaration.line + 8); at++) {
    const text = (lines[at] ?? "").trim();
    parts.push(text);
    if (/[{;]$|=>$|:$|\bdo$/.test(text) || (at === declaration.line && !/[(<,[|&=]$/.test(text))) break;
  }
  return parts
    .join(" ")
    .replace(/\s*(?:\{|=>)$/, "")
    .slice(0, 300)
    .toWellFormed();
}

/** Joins neighbours under `smallLines` lines, so that a list of one-line functions is one chunk with all their names. */
function mergeSmall(lines: readonly string[], segments: readonly OutlineSegment[]): Segment[] {
  const merged: OutlineSegment[] = [];
  for (const segment of segments) {
    const last = merged.at(-1);
    if (last !== undefined && mayJoin(lines, last, segment)) merged[merged.length - 1] = join(last, segment);
    else merged.push(segment);
  }
  return merged;
}

function mayJoin(lines: readonly string[], a: Segment, b: OutlineSegment): boolean {
  const [lengthA, lengthB] = [lineCount(lines, a), lineCount(lines, b)];
  if (lengthA === 0 || lengthB === 0) return true;
  // The bare first line of a class says little alone: it goes with its first member, however long that is.
  if (lengthA < scrapLines && a.symbol !== null && b.scope.at(-1) === a.symbol)
    return lengthA + lengthB <= maxChunkLines;
  if (lengthA + lengthB > mergedLines || a.scope.length > b.scope.length) return false;
  // The head of a class belongs to what follows; only a comment or an import above it comes along.
  if (b.isHead === true) return a.symbol === null && lengthA < smallLines;
  // Members join members of the same class; the head of a class may take its first ones in.
  const isSameScope = a.scope.join("\0") === b.scope.join("\0");
  if (!isSameScope && b.scope.at(-1) !== a.symbol) return false;
  // A few lines without a name (imports, constants) go with what follows them; named neighbours only while both are small.
  if (lengthA < smallLines && a.symbol === null) return lengthB < smallLines || lengthA < scrapLines;
  if (isSameScope && lengthB < scrapLines) return true;
  return lengthB < smallLines && (lengthA < smallLines || b.symbol === null || a.symbol?.includes(", ") === true);
}

function lineCount(lines: readonly string[], segment: Segment): number {
  let count = 0;
  for (let at = segment.start; at <= segment.end; at++) if (!isBlank(lines[at])) count++;
  return count;
}

function join(a: Segment, b: Segment): Segment {
  const named = a.symbol === null ? b : a;
  return {
    start: a.start,
    end: b.end,
    kind: named.kind,
    symbol: joinTexts(a.symbol, b.symbol, ", "),
    signature: joinTexts(a.signature, b.signature, "\n"),
    doc: joinTexts(a.doc, b.doc, "\n"),
    scope: a.scope,
  };
}

function joinTexts(a: string | null, b: string | null, separator: string): string | null {
  if (a === null || b === null) return a ?? b;
  return (a + separator + b).slice(0, 600).toWellFormed();
}

/** Columns before the first character; a tab counts four. -1 for a blank line. */
function indentOf(line: string): number {
  let indent = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 32) indent++;
    else if (code === 9) indent += 4;
    else if (code === 13 || code === 12 || code === 11 || code === 0xa0 || code === 0xfeff) continue;
    else return indent;
  }
  return -1;
}
