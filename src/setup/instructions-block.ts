import { CommonsError } from "../core/errors.ts";

const beginMark = "<!-- commons:begin (managed by commons setup; commons uninstall removes it) -->";
const endMark = "<!-- commons:end -->";

/** What an agent is told in its own instructions (AGENTS.md, CLAUDE.md, GEMINI.md); at most eight lines. */
export const instructionsText = [
  "## Shared context (MCP server `commons`)",
  "",
  "Other agents and sessions on this machine share one store of indexed files and notes, reached by the tools of `commons`.",
  "- Before you explore files by hand or write something that may exist, ask `search_context`; `find_similar_patterns` compares code.",
  "- It also holds other agents' work: `list_sessions` shows who works where, `list_collections` what there is to search.",
  "- `batch_ingest` stores this workspace, or a folder of it; run it again after larger edits. `ingest_file` takes one file.",
  "- Keep a decision or finding that others need with `store_context`.",
].join("\n");

/**
 * The text with the block between its marks: in the place of the one that is there, else at the end after one empty line, or right below a
 * last line that has no line break: so `withoutBlock` knows of it. Line ends follow the text. The same block twice gives the same text. Errors: CLIENT_FILE_UNUSABLE for a begin without an end, or more than one block.
 */
export function withBlock(text: string, block: string): string {
  const lineBreak = /\r\n/.test(text) ? "\r\n" : "\n";
  const whole = [beginMark, ...block.split(/\r?\n/), endMark].join(lineBreak);
  const found = findBlock(text);
  if (found !== null) return text.slice(0, found.start) + whole + text.slice(found.end);
  if (text === "" || text === "\uFEFF") return text + whole + lineBreak;
  return `${text}${lineBreak}${whole}${lineBreak}`;
}

/** The text without the block and the line break that set it apart; the same text when there is none. Errors: as withBlock. */
export function withoutBlock(text: string): string {
  const found = findBlock(text);
  if (found === null) return text;
  const before = text.slice(0, found.start);
  const after = text.slice(found.end);
  if (before === "" || before === "\uFEFF") return before + after.replace(/^\r?\n(?:\r?\n)?/, "");
  if (/^(?:\r?\n)?$/.test(after)) return before.replace(/\r?\n$/, "");
  // What a person wrote behind it stays on a line of its own; between other texts one empty line stays.
  const isBelow = /^\r?\n/.test(after) || !before.endsWith("\n");
  return isBelow ? before.replace(/\r?\n(?:\r?\n)?$/, "") + after : before + after;
}

/** Whether the text has the block, whole or not. */
export const hasBlock = (text: string): boolean => text.includes(beginMark);

interface Found {
  readonly start: number;
  /** After the mark, before its line break. */
  readonly end: number;
}

function findBlock(text: string): Found | null {
  const start = text.indexOf(beginMark);
  const close = text.indexOf(endMark);
  if (start === -1 && close === -1) return null;
  if (start === -1) throw broken(text, close, "an end of the block of commons stands there without its begin");
  if (close < start) throw broken(text, start, "the block of commons begins there, but has no end");
  const second = text.indexOf(beginMark, start + 1);
  if (second !== -1) throw broken(text, second, "a second block of commons begins there");
  return { start, end: close + endMark.length };
}

function broken(text: string, offset: number, fact: string): CommonsError {
  const line = text.slice(0, offset).split("\n").length;
  return new CommonsError("CLIENT_FILE_UNUSABLE", `The file cannot be changed at line ${line}: ${fact}.`, {
    hint: "Remove what is left of the block by hand, then try again. Nothing was changed.",
    details: { line },
  });
}
