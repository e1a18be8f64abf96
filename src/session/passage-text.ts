import { countOf } from "../core/quantities.ts";
import type { Passage, PassageLine } from "./passages.ts";
import { comparableText, hasWord, type QueryWord } from "./query-words.ts";
import { shownLine } from "./shown-name.ts";
import { answerTokens, charactersPerToken } from "./token-count.ts";

/** Two marks of what is not shown. */
const marksTokens = 16;
/** A piece of a line that is less tells nothing; in scripts of many bytes for a character it is fewer characters. */
const leastCutCharacters = 40;
const leastCutBytes = 60;
/** A signature stands near the top, below its comment. */
const maxLinesToSignature = 40;
/** Of a longer text, as other programs store them, only the stretch with most words is looked at line by line. */
const stretchCharacters = 20_000;

interface ShownLine extends PassageLine {
  /** Infinite where not even a piece has room. */
  readonly tokens: number;
  /** Words of the question that are in it. */
  readonly found: readonly QueryWord[];
  /** What it tells of the question. */
  readonly weight: number;
}

/**
 * The text of a passage in at most `maxTokens` tokens, empty when no line has room. Each line is behind a blank, so that no stored text can pass for a heading; a line
 * that begins with dots names the lines that are not shown. What is too long is cut around the lines that have the words of the
 * question, and keeps the line that names the symbol.
 */
export function passageText(
  passage: Passage,
  { words, maxTokens }: { readonly words: readonly QueryWord[]; readonly maxTokens: number },
): string {
  if (wholeTokens(passage, maxTokens) <= maxTokens) return render(passage.lines, passage.lines);
  const lines = weighed(tellingStretch(passage.lines, words), words, maxTokens);
  const room = maxTokens - marksTokens;
  const head = signatureIndex(passage, lines);
  const headTokens = head === null ? 0 : (lines[head]?.tokens ?? 0);
  const isHeadShown = headTokens <= room / 2;
  const window = filledWindow(lines, isHeadShown ? room - headTokens : room);
  if (window === null && (head === null || headTokens > room)) return "";
  const kept = new Map(window?.map((line) => [line.index, line]));
  const headLine = head === null ? undefined : lines[head];
  if (head !== null && headLine !== undefined && !kept.has(head) && (isHeadShown || window === null))
    kept.set(head, { ...headLine, index: head });
  return render(
    [...kept.values()].toSorted((a, b) => a.index - b.index),
    passage.lines,
  );
}

/** What the whole text takes; of one that is longer than `atMost` only that it is. */
export function wholeTokens({ lines }: Passage, atMost: number): number {
  let characters = 0;
  for (const { text } of lines) characters += text.length + 1;
  return characters > atMost * charactersPerToken ? atMost + 1 : answerTokens(render(lines, lines));
}

/** Lines with marks where some are missing, also at the beginning and the end. */
function render(kept: readonly PassageLine[], all: readonly PassageLine[]): string {
  const out: string[] = [];
  if (all[0]?.number === null) {
    for (const { text } of kept) out.push(indented(text));
    if (kept.length < all.length) out.push(`... ${countOf(all.length - kept.length, "line")} not shown`);
    return out.join("\n");
  }
  let next = all[0]?.number ?? 1;
  const skipTo = (number: number) => {
    if (number > next) out.push(`... ${number - 1 === next ? next : `${next}-${number - 1}`}`);
  };
  for (const { number, text } of kept) {
    skipTo(number ?? next);
    out.push(indented(text));
    next = (number ?? next) + 1;
  }
  skipTo((all.at(-1)?.number ?? next) + 1);
  return out.join("\n");
}

function indented(line: string): string {
  return line === "" ? "" : ` ${shownLine(line)}`;
}

function tellingStretch(lines: readonly PassageLine[], words: readonly QueryWord[]): readonly PassageLine[] {
  let best = { from: 0, to: lines.length, found: -1 };
  let [from, characters] = [0, 0];
  for (const [index, { text }] of lines.entries()) {
    characters += text.length + 1;
    if (characters < stretchCharacters && index < lines.length - 1) continue;
    const stretch = lines.slice(from, index + 1);
    const comparable = comparableText(stretch.map((line) => line.text).join("\n"));
    const found = words.filter((word) => hasWord(comparable, word)).length;
    if (found > best.found) best = { from, to: index + 1, found };
    [from, characters] = [index + 1, 0];
  }
  return lines.slice(best.from, best.to);
}

/** Each line with its weight and its price, for which one that alone would take more than half of the room is cut around its words. */
function weighed(lines: readonly PassageLine[], words: readonly QueryWord[], maxTokens: number): ShownLine[] {
  const found = lines.map(({ text }) => {
    const comparable = comparableText(text);
    return words.filter((word) => hasWord(comparable, word));
  });
  const linesWith = new Map<QueryWord, number>();
  for (const inLine of found) for (const word of inLine) linesWith.set(word, (linesWith.get(word) ?? 0) + 1);
  return lines.map((line, index) => {
    const inLine = found[index] ?? [];
    // A word on every line tells nothing of any.
    const weight = inLine.reduce((sum, word) => sum + 1 / (linesWith.get(word) ?? 1), 0);
    const room = maxTokens - marksTokens;
    const shown = shortened(line.text, inLine, lines.length === 1 ? room : Math.max(room / 2, Math.min(room, 32)));
    return { ...line, weight, found: inLine, tokens: shown === null ? Number.POSITIVE_INFINITY : lineTokens(shown) };
  });
}

function lineTokens(text: string): number {
  return answerTokens(`${indented(text)}\n`);
}

/** As much of a line, around its words, as has room; null: that is too little to tell anything. */
function shortened(text: string, words: readonly QueryWord[], maxTokens: number): string | null {
  let length = Math.min(text.length, Math.floor(maxTokens * charactersPerToken));
  if (length === text.length && lineTokens(text) <= maxTokens) return text;
  const comparable = comparableText(text);
  const places = words.flatMap(({ marks }) => marks.map((mark) => comparable.indexOf(mark)).filter((at) => at >= 0));
  const at = places.length === 0 ? 0 : Math.min(...places);
  while (length > 0) {
    const from = Math.max(0, Math.min(at - Math.floor(length / 4), text.length - length));
    const piece = text.slice(from, from + length).toWellFormed();
    if (indented(piece).length <= leastCutCharacters && Buffer.byteLength(piece) < leastCutBytes) return null;
    const shown = `${from > 0 ? "…" : ""}${piece}${from + length < text.length ? "…" : ""}`;
    const tokens = lineTokens(shown);
    if (tokens <= maxTokens) return shown;
    length = Math.floor(length * Math.min(0.9, maxTokens / tokens));
  }
  return null;
}

function signatureIndex({ names }: Passage, lines: readonly ShownLine[]): number | null {
  const symbol = names[0]?.symbol ?? null;
  if (symbol === null) return null;
  const name = symbol.split(/[,\s]/)[0] ?? symbol;
  const index = lines.slice(0, maxLinesToSignature).findIndex(({ text }) => text.includes(name));
  // A later piece of a long function does not name it.
  return index === -1 ? null : index;
}

interface WindowLine extends ShownLine {
  readonly index: number;
}

/** The best run of lines; what room is left goes to lines in it that are cut, or to a piece of the next one. null: no line fits. */
function filledWindow(lines: readonly ShownLine[], maxTokens: number): WindowLine[] | null {
  const best = bestWindow(lines, maxTokens);
  if (best === null) return null;
  const { from, to } = spread(lines, withoutIdleEnds(lines, best), maxTokens);
  const shown = lines.slice(from, to + 1).map((line, offset) => ({ ...line, index: from + offset }));
  let left = maxTokens - shown.reduce((sum, { tokens }) => sum + tokens, 0);
  const fitted = (line: WindowLine, room: number): WindowLine | null => {
    const text = shortened(line.text, line.found, room);
    return text === null ? null : { ...line, text, tokens: lineTokens(text) };
  };
  const kept = shown.map((line) => {
    const longer = fitted(line, line.tokens + left) ?? line;
    left -= longer.tokens - line.tokens;
    return longer;
  });
  for (const index of [to + 1, from - 1]) {
    const line = lines[index];
    const piece = line === undefined ? null : fitted({ ...line, index }, left);
    if (piece === null) continue;
    left -= piece.tokens;
    kept.push(piece);
  }
  return kept;
}

/** The run of lines of most weight that fits into the room. */
function bestWindow(lines: readonly ShownLine[], maxTokens: number): { from: number; to: number } | null {
  let best: { from: number; to: number; weight: number } | null = null;
  let tokens = 0;
  let weight = 0;
  let from = 0;
  for (const [to, line] of lines.entries()) {
    if (line.tokens > maxTokens) {
      [tokens, weight, from] = [0, 0, to + 1];
      continue;
    }
    tokens += line.tokens;
    weight += line.weight;
    while (tokens > maxTokens) {
      tokens -= lines[from]?.tokens ?? 0;
      weight -= lines[from]?.weight ?? 0;
      from++;
    }
    // Sums of fractions: the same words must not win for being further down.
    if (best === null || weight > best.weight + 1e-9) best = { from, to, weight };
  }
  return best;
}

function withoutIdleEnds(lines: readonly ShownLine[], { from, to }: { from: number; to: number }) {
  const isTelling = (index: number) => (lines[index]?.weight ?? 0) > 0;
  let [first, last] = [from, to];
  while (first < last && !isTelling(first)) first++;
  while (last > first && !isTelling(last)) last--;
  return isTelling(first) ? { from: first, to: last } : { from, to: from };
}

/** Two lines below for each one above: what follows says more than what was before. */
function spread(lines: readonly ShownLine[], start: { from: number; to: number }, maxTokens: number) {
  let { from, to } = start;
  let room = maxTokens - lines.slice(from, to + 1).reduce((sum, { tokens }) => sum + tokens, 0);
  const take = (index: number): boolean => {
    const line = lines[index];
    if (line === undefined || line.tokens > room) return false;
    room -= line.tokens;
    return true;
  };
  for (let step = 0, isOpenAbove = true, isOpenBelow = true; isOpenAbove || isOpenBelow; step++) {
    if (step % 3 === 2) {
      isOpenAbove = isOpenAbove && take(from - 1);
      if (isOpenAbove) from--;
    } else {
      isOpenBelow = isOpenBelow && take(to + 1);
      if (isOpenBelow) to++;
    }
  }
  return { from, to };
}
