import { createTableRows } from "./table-rows.ts";
import type { XmlHandlers } from "./xml-package.ts";

export interface XhtmlBlock {
  readonly text: string;
  /** Of a heading, 1 to 6; null for text. */
  readonly level: number | null;
  readonly kind: "paragraph" | "row";
}

/** Makes blocks of the events of an XHTML text, whether its elements are closed as they should be or not. */
export interface XhtmlBlocks extends Required<XmlHandlers> {
  /** Whether more text has come than any reader wants. */
  isFull(): boolean;
  /** Paragraphs, headings, list items and rows in order; to be called once. */
  finish(): readonly XhtmlBlock[];
}

const maxChars = 8_000_000;
const skippedNames = new Set(["head", "script", "style", "svg", "math", "nav", "audio", "video", "iframe", "template"]);
const blockNames = new Set(
  "address article aside blockquote body caption center dd div dl dt figcaption figure footer form header hr li main ol p pre section table tbody td tfoot th thead tr ul h1 h2 h3 h4 h5 h6".split(
    " ",
  ),
);

interface State {
  readonly blocks: XhtmlBlock[];
  readonly rows: ReturnType<typeof createTableRows>;
  text: string;
  chars: number;
  level: number | null;
  isListItem: boolean;
  preDepth: number;
  /** For each open table, how many rows were open around it. */
  readonly tables: number[];
  /** The element that is passed over, and how many of its name are open. */
  skipped: { readonly name: string; depth: number } | null;
}

export function createXhtmlBlocks(): XhtmlBlocks {
  const state: State = {
    blocks: [],
    rows: createTableRows(),
    text: "",
    chars: 0,
    level: null,
    isListItem: false,
    preDepth: 0,
    tables: [],
    skipped: null,
  };
  return {
    open: (name, attributes) => open(state, name.toLowerCase(), attributes["alt"] ?? ""),
    text(value) {
      if (state.skipped === null) state.text += state.preDepth > 0 ? value : value.replaceAll(/\s+/g, " ");
    },
    close: (name) => close(state, name.toLowerCase()),
    isFull: () => state.chars > maxChars,
    finish() {
      flush(state);
      endRows(state, 0);
      return state.blocks;
    },
  };
}

function open(state: State, name: string, alt: string): void {
  if (state.skipped !== null) {
    if (state.skipped.name === name) state.skipped.depth++;
    return;
  }
  if (skippedNames.has(name)) state.skipped = { name, depth: 1 };
  else if (name === "br") state.text += "\n";
  else if (name === "img" && alt !== "") state.text += `[${alt.slice(0, 500)}]`;
  if (!blockNames.has(name)) return;
  flush(state);
  if (/^h[1-6]$/.test(name)) state.level = Number(name[1]);
  // A heading that nobody closed ends here.
  else if (name === "p") state.level = null;
  else if (name === "li") state.isListItem = true;
  else if (name === "pre") state.preDepth++;
  else if (name === "table") state.tables.push(state.rows.depth());
  else if (name === "tr") {
    endRows(state, state.tables.at(-1) ?? 0);
    state.rows.beginRow();
  } else if (name === "td" || name === "th") state.rows.beginCell();
}

function close(state: State, name: string): void {
  const { skipped } = state;
  if (skipped !== null) {
    if (skipped.name === name && --skipped.depth === 0) state.skipped = null;
    return;
  }
  if (!blockNames.has(name)) return;
  flush(state);
  if (/^h[1-6]$/.test(name)) state.level = null;
  else if (name === "li") state.isListItem = false;
  else if (name === "pre") state.preDepth = Math.max(0, state.preDepth - 1);
  else if (name === "td" || name === "th") state.rows.endCell();
  else if (name === "tr") endRows(state, state.tables.at(-1) ?? 0);
  else if (name === "table") endRows(state, state.tables.pop() ?? 0);
}

function flush(state: State): void {
  const content = state.preDepth > 0 ? state.text.trimEnd() : state.text.trim();
  state.text = "";
  if (content === "" || state.rows.addText(content)) return;
  if (state.isListItem) add(state, { text: `- ${content}`, level: null, kind: "row" });
  else add(state, { text: content, level: state.level, kind: "paragraph" });
  state.isListItem = false;
}

function add(state: State, block: XhtmlBlock): void {
  state.chars += block.text.length;
  if (block.text.trim() !== "") state.blocks.push(block);
}

/** Ends the rows within the innermost `depth`: mostly one, and more where some were not closed. */
function endRows(state: State, depth: number): void {
  while (state.rows.depth() > depth) {
    add(state, { text: state.rows.endRow() ?? "", level: null, kind: "row" });
  }
}
