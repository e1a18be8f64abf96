import { decodeText } from "../extract/decode.ts";
import { decodeWide } from "./unmarked-encoding.ts";

/** A text file's text, and how its bytes write it. */
export interface WrittenText {
  /** Without a byte order mark, lines ending with "\n". */
  readonly text: string;
  readonly encoding: string;
  readonly hasMark: boolean;
  readonly lineEnds: "LF" | "CRLF" | "CR" | "mixed" | "none";
}

/** null: no text in an encoding that is known. */
export function readWritten(bytes: Buffer): WrittenText | null {
  const decoded = decodeText(bytes);
  if (decoded.kind === "binary") return readWide(bytes);
  const { encoding } = decoded.metadata;
  const isUtf16 = typeof encoding === "string" && encoding.startsWith("utf-16");
  return {
    text: decoded.text,
    encoding: typeof encoding === "string" ? encoding.replace("utf-", "UTF-") : "UTF-8",
    hasMark: isUtf16 || (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf),
    lineEnds: lineEndsOf(
      isUtf16 ? bytes.toString(bytes[0] === 0xff ? "utf16le" : "latin1").replaceAll("\0", "") : bytes,
    ),
  };
}

function readWide(bytes: Buffer): WrittenText | null {
  const wide = decodeWide(bytes);
  if (wide === null) return null;
  const unix = wide.text.replaceAll("\r\n", "\n");
  const text = unix.includes("\n") ? unix : unix.replaceAll("\r", "\n");
  return { text, encoding: wide.encoding, hasMark: wide.hasMark, lineEnds: lineEndsOf(wide.text) };
}

const sniffBytes = 8_192;
const maxControlShare = 0.02;

/** Whether bytes that no known encoding explains are rather a text than anything else: there is no NUL, and hardly a control character. */
export function looksLikeText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, sniffBytes);
  const isControl = (byte: number): boolean => byte < 0x20 && !(byte >= 0x08 && byte <= 0x0d) && byte !== 0x1b;
  return !head.includes(0) && head.filter(isControl).length <= head.length * maxControlShare;
}

/** How two texts of the same bytes' meaning are written otherwise, as parts of a sentence; none: in no way. */
export function writingDifferences(first: WrittenText, second: WrittenText): string[] {
  const differences: string[] = [];
  if (first.lineEnds !== second.lineEnds)
    differences.push(`line ends (${lineEndWords[first.lineEnds]}; ${lineEndWords[second.lineEnds]})`);
  if (first.encoding !== second.encoding) differences.push(`encoding (${first.encoding}; ${second.encoding})`);
  if (first.hasMark !== second.hasMark)
    differences.push(`byte order mark (${first.hasMark ? "first" : "second"} only)`);
  return differences;
}

const lineEndWords: Readonly<Record<WrittenText["lineEnds"], string>> = {
  LF: "LF",
  CRLF: "CRLF",
  CR: "CR",
  mixed: "mixed",
  none: "one line",
};

/** The last of the layouts: words are the same, and come one after the other. */
export const allWhiteSpace = "white space (indentation, line breaks, blanks)";

type Layout = (text: string) => string;

// From what changes least to what changes most: each makes equal what the one before does, and more.
const layouts: readonly (readonly [words: string | null, Layout])[] = [
  [null, (text) => text],
  ["line breaks at the end", withoutLastBreaks],
  ["blanks at the ends of lines", (text) => withoutLastBreaks(withoutLineBlanks(text))],
  ["blank lines", (text) => withoutLineBlanks(text).replaceAll(/\n+/g, "\n").replace(/^\n/, "").replace(/\n$/, "")],
  // One blank stays: without any, "1 23" would be "12 3".
  [allWhiteSpace, (text) => text.replaceAll(/\s+/g, " ").trim()],
];
const foldings: readonly (readonly [words: string | null, Layout])[] = [
  [null, (text) => text],
  ["letter case", (text) => text.toLowerCase()],
  ["Unicode forms of letters (composed; decomposed)", (text) => text.normalize("NFC")],
  [
    "letter case and Unicode forms of letters",
    // The lower case of a composed letter may be one that is not.
    (text) => text.normalize("NFC").toLowerCase().normalize("NFC"),
  ],
];

/**
 * What two texts differ in when they say the same, as parts of a sentence, the least that explains it; null: they say something else.
 * None: they are equal. Takes time in proportion to the texts.
 */
export function layoutDifferences(first: string, second: string): string[] | null {
  const isEqual = (layout: Layout, folding: Layout): boolean => folding(layout(first)) === folding(layout(second));
  const coarsest = [layouts.at(-1), foldings.at(-1)].map((each) => each?.[1] ?? String);
  if (!isEqual(coarsest[0] ?? String, coarsest[1] ?? String)) return null;
  for (const [folded, folding] of foldings)
    for (const [laid, layout] of layouts)
      if (isEqual(layout, folding)) return [laid, folded].filter((words) => words !== null);
  return null;
}

function withoutLastBreaks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--;
  return text.slice(0, end);
}

// A pattern for blanks before a line's end would try each run of blanks from each of its places.
function withoutLineBlanks(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    let end = at;
    while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
    if (end === at) continue;
    kept.push(text.slice(from, end));
    from = at;
  }
  return kept.join("") + text.slice(from).trimEnd();
}

function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 0xa0;
}

function lineEndsOf(content: string | Buffer): WrittenText["lineEnds"] {
  const counts = { crlf: 0, cr: 0, lf: 0 };
  for (let at = content.indexOf("\r"); at !== -1; at = content.indexOf("\r", at + 1)) {
    const next = typeof content === "string" ? content.charCodeAt(at + 1) : content[at + 1];
    if (next === 10) counts.crlf++;
    else counts.cr++;
  }
  for (let at = content.indexOf("\n"); at !== -1; at = content.indexOf("\n", at + 1)) counts.lf++;
  const bare = counts.lf - counts.crlf;
  const kinds = [counts.crlf, counts.cr, bare].filter((count) => count > 0).length;
  if (kinds === 0) return "none";
  if (kinds > 1) return "mixed";
  return counts.crlf > 0 ? "CRLF" : counts.cr > 0 ? "CR" : "LF";
}
