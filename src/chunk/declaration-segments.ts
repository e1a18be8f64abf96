import type { ChunkKind } from "../core/document.ts";
import { isBlank, maxChunkLines, type Segment } from "./segments.ts";
import { plainSegment } from "./windows.ts";

export const declarationsVersion = "declarations-3";

/** A declaration and its lines, with the comment above it. Line indexes count from 0; `end` is inclusive. */
export interface Declaration {
  readonly kind: ChunkKind;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly signature: string | null;
  readonly doc: string | null;
  /** Names that enclose it without being declared around it: a receiver's type, the class before "::". */
  readonly outer: readonly string[];
  /**
   * In the order of their lines, none overlapping another. A declaration that has some falls apart, unless it is short: then
   * they only add their names. Empty for all others.
   */
  readonly members: readonly Declaration[];
}

/** `isHead`: the first lines of a declaration whose members follow as segments of their own. */
type DeclarationSegment = Segment & { readonly isHead?: boolean };

const smallLines = 8;
const mergedLines = 40;
const scrapLines = 4;
// A class of this size is read as a whole; a larger one by its methods.
const wholeClassLines = 24;
const maxJoinedChars = 600;

/** Whether a declaration of so many lines falls into a head and its members. A container holds members above all. */
export function fallsApart(lineCount: number, isContainer: boolean): boolean {
  return lineCount > (isContainer ? wholeClassLines : maxChunkLines);
}

/** All lines as segments: declarations whole or as head and members, what stands between them, small neighbours joined. */
export function declarationSegments(lines: readonly string[], declarations: readonly Declaration[]): Segment[] {
  const segments = emitRange(declarations, { start: 0, end: lines.length - 1, scope: [] });
  return mergeSmall(lines, segments);
}

function emitRange(
  declarations: readonly Declaration[],
  range: { start: number; end: number; scope: readonly string[] },
): DeclarationSegment[] {
  const segments: DeclarationSegment[] = [];
  let next = range.start;
  for (const declaration of declarations) {
    if (declaration.start > next)
      segments.push(plainSegment({ start: next, end: declaration.start - 1 }, "block", range.scope));
    for (const segment of emitDeclaration(declaration, range.scope)) segments.push(segment);
    next = declaration.end + 1;
  }
  if (next <= range.end) segments.push(plainSegment({ start: next, end: range.end }, "block", range.scope));
  return segments;
}

function emitDeclaration(declaration: Declaration, enclosing: readonly string[]): DeclarationSegment[] {
  const { start, end, kind, name, signature, doc, outer, members } = declaration;
  const scope = outer.length === 0 ? enclosing : [...enclosing, ...outer];
  const whole: Segment = { start, end, kind, symbol: name, signature, doc, scope };
  const first = members[0];
  if (first === undefined) return [whole];
  if (!fallsApart(end - start + 1, true)) return [withNamesOf(whole, members)];
  const inner = emitRange(members, { start: first.start, end, scope: [...scope, name] });
  return first.start > start ? [{ ...whole, end: first.start - 1, isHead: true }, ...inner] : inner;
}

/** A short namespace is one chunk; who looks for what stands in it finds it by the names of its members. */
function withNamesOf(whole: Segment, members: readonly Declaration[]): Segment {
  const inner = members.flatMap((member) => emitDeclaration(member, []));
  const parts = [whole, ...inner].map(named);
  return { ...parts.reduce(join), start: whole.start, end: whole.end };
}

/** A segment with all names in it, in their order, and as often as they occur. */
type NamedSegment = Segment & { readonly names: readonly string[] };

type Measured = NamedSegment & { readonly isHead?: boolean; readonly length: number };

function named(segment: Segment): NamedSegment {
  return { ...segment, names: segment.symbol === null ? [] : [segment.symbol] };
}

/** Joins neighbours under `smallLines` lines, so that a list of one-line functions is one chunk with all their names. */
function mergeSmall(lines: readonly string[], segments: readonly DeclarationSegment[]): Segment[] {
  const merged: Measured[] = [];
  for (const segment of segments) {
    const measured = { ...segment, ...named(segment), length: filledLines(lines, segment) };
    const last = merged.at(-1);
    if (last !== undefined && (mayJoin(last, measured) || isEnding(lines, last, measured)))
      merged[merged.length - 1] = { ...join(last, measured), length: last.length + measured.length };
    else merged.push(measured);
  }
  return merged;
}

/** The bracket or word that ends a class says nothing alone. */
function isEnding(lines: readonly string[], a: Measured, b: Measured): boolean {
  if (b.symbol !== null || b.length >= scrapLines || a.length + b.length > maxChunkLines) return false;
  for (let at = b.start; at <= b.end; at++)
    if (!/^\s*(?:[\])};,>\s]*|end\b.*|\}.*)$/.test((lines[at] ?? "").slice(0, 200))) return false;
  return true;
}

function mayJoin(a: Measured, b: Measured): boolean {
  if (a.length === 0 || b.length === 0) return true;
  // The bare first line of a class says little alone: it goes with its first member, however long that is.
  if (a.length < scrapLines && a.symbol !== null && b.scope.at(-1) === a.symbol)
    return a.length + b.length <= maxChunkLines;
  if (a.length + b.length > mergedLines || a.scope.length > b.scope.length) return false;
  // The head of a class belongs to what follows; only a comment or an import above it comes along.
  if (b.isHead === true) return a.symbol === null && a.length < smallLines;
  // Members join members of the same class; the head of a class may take its first ones in.
  const isSameScope = a.scope.join("\0") === b.scope.join("\0");
  if (!isSameScope && b.scope.at(-1) !== a.symbol) return false;
  // A few lines without a name (imports, constants) go with what follows them; named neighbours only while both are small.
  if (a.length < smallLines && a.symbol === null) return b.length < smallLines || a.length < scrapLines;
  if (isSameScope && b.length < scrapLines) return true;
  return b.length < smallLines && (a.length < smallLines || b.symbol === null || a.names.length > 1);
}

function filledLines(lines: readonly string[], segment: Segment): number {
  let count = 0;
  for (let at = segment.start; at <= segment.end; at++) if (!isBlank(lines[at])) count++;
  return count;
}

function join(a: NamedSegment, b: NamedSegment): NamedSegment {
  const names = [...a.names, ...b.names];
  const symbol = [...new Set(names)].join(", ").slice(0, maxJoinedChars).toWellFormed();
  return {
    start: a.start,
    end: b.end,
    kind: a.symbol === null ? b.kind : a.kind,
    symbol: symbol === "" ? null : symbol,
    signature: joinTexts(a.signature, b.signature),
    doc: joinTexts(a.doc, b.doc),
    scope: a.scope,
    names,
  };
}

/** Both texts; one that stands in the other already is not repeated. */
function joinTexts(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  if (`\n${a}\n`.includes(`\n${b}\n`)) return a;
  return `${a}\n${b}`.slice(0, maxJoinedChars).toWellFormed();
}
