import type { DocumentProperties } from "../document-properties.ts";
import { DamagedFile } from "../extracted.ts";
import { createRtfFonts, type RtfFonts } from "./rtf-fonts.ts";
import type { RtfText } from "./rtf-text.ts";
import type { RtfToken } from "./rtf-tokens.ts";
import { characterWords, infoFields, skippedGroups, symbolText, type InfoField } from "./rtf-words.ts";

/** Takes the tokens of a file in order. Errors: DamagedFile. */
export interface RtfReader {
  take(token: RtfToken): void;
  /** What the file says of itself; to be called once, at the end. */
  finish(): DocumentProperties;
}

interface Group {
  /** Where the text of the group goes. */
  target: "body" | "note" | "skip" | "fonts" | "styles" | "info" | InfoField;
  font: number | null;
  /** Characters after `\u` for programs that do not know it. */
  fallbackChars: number;
  isHidden: boolean;
}

interface State {
  readonly body: RtfText;
  readonly fonts: RtfFonts;
  /** Levels of headings by the number of their style. */
  readonly levels: Map<number, number>;
  readonly texts: Partial<Record<InfoField, string>>;
  readonly stack: Group[];
  group: Group;
  skipChars: number;
  /** After `\*`: a group that may be passed over when its word is not known. */
  isIgnorable: boolean;
  /** The font or style that a table describes. */
  described: number;
  styleName: string;
  time: Partial<Record<string, number>>;
}

const maxDepth = 2_000;
const maxPropertyChars = 2_000;

export function createRtfReader(body: RtfText): RtfReader {
  const state: State = {
    body,
    fonts: createRtfFonts(),
    levels: new Map(),
    texts: {},
    stack: [],
    group: { target: "body", font: null, fallbackChars: 1, isHidden: false },
    skipChars: 0,
    isIgnorable: false,
    described: 0,
    styleName: "",
    time: {},
  };
  return {
    take: (token) => take(state, token),
    finish() {
      body.endParagraph();
      return state.texts;
    },
  };
}

function take(state: State, token: RtfToken): void {
  const wasIgnorable = state.isIgnorable;
  if (token.kind === "bytes") {
    const kept = token.bytes.slice(state.skipChars);
    state.skipChars = Math.max(0, state.skipChars - token.bytes.length);
    if (kept.length > 0) write(state, state.fonts.decode(kept, state.group.font));
  } else if (token.kind === "text") {
    const kept = token.text.slice(state.skipChars);
    state.skipChars = Math.max(0, state.skipChars - token.text.length);
    write(state, kept);
  } else if (token.kind === "open") open(state);
  else if (token.kind === "close") close(state);
  else if (token.kind === "word") takeWord(state, token.word, token.number);
  else if (token.symbol === "*") state.isIgnorable = true;
  else write(state, symbolText(token.symbol));
  if (wasIgnorable) state.isIgnorable = false;
}

function write(state: State, text: string): void {
  const { target, isHidden } = state.group;
  if (target === "body" || target === "note") {
    if (!isHidden) state.body.add(text);
  } else if (target === "styles") state.styleName = (state.styleName + text).slice(0, 200);
  else if (target !== "skip" && target !== "fonts" && target !== "info")
    state.texts[target] = ((state.texts[target] ?? "") + text).slice(0, maxPropertyChars);
}

function open(state: State): void {
  if (state.stack.length >= maxDepth) throw new DamagedFile("nests its groups too deep");
  state.stack.push(state.group);
  state.group = { ...state.group };
  state.skipChars = 0;
  state.styleName = "";
  if (state.group.target === "styles") state.described = 0;
}

function close(state: State): void {
  const parent = state.stack.pop();
  if (parent === undefined) return;
  const { target } = state.group;
  if (target === "styles") nameStyle(state);
  else if (target === "note" && parent.target !== "note") state.body.endNote();
  else if (target === "created" || target === "modified") {
    state.texts[target] = isoOf(state.time);
    state.time = {};
  }
  state.group = parent;
  state.skipChars = 0;
}

function takeWord(state: State, word: string, number: number | null): void {
  const { group, body } = state;
  state.skipChars = 0;
  if (group.target === "skip" || enterGroup(state, word) || takeCharacterWord(state, word, number)) return;
  if (group.target === "styles") {
    if (word === "s") state.described = number ?? 0;
    else if (word === "outlinelevel" && isOutline(number)) state.levels.set(state.described, number + 1);
  } else if (group.target === "created" || group.target === "modified") state.time[word] = number ?? 0;
  else if (group.target !== "body" && group.target !== "note") return;
  else if (word === "par" || word === "sect" || word === "page") body.endParagraph();
  else if (word === "pard") body.reset();
  else if (word === "intbl") body.setInTable();
  else if (word === "cell" || word === "nestcell") body.endCell();
  else if (word === "row") body.endRow();
  else if (word === "s") body.setLevel(state.levels.get(number ?? 0) ?? null);
  else if (word === "outlinelevel") body.setLevel(isOutline(number) ? number + 1 : null);
  else write(state, characterWords[word] ?? "");
}

/** Whether the word begins a group of its own kind. */
function enterGroup(state: State, word: string): boolean {
  const { group, body } = state;
  const field = group.target === "info" ? infoFields[word] : undefined;
  if (word === "fonttbl") group.target = "fonts";
  else if (word === "stylesheet") group.target = "styles";
  else if (word === "info") group.target = "info";
  else if (field !== undefined) group.target = field;
  else if (word === "footnote" && group.target === "body") {
    group.target = "note";
    body.beginNote();
  } else if (word === "listtext" || word === "pntext") {
    group.target = "skip";
    body.setListItem();
  } else if (skippedGroups.has(word) || state.isIgnorable) group.target = "skip";
  else return false;
  return true;
}

function takeCharacterWord(state: State, word: string, number: number | null): boolean {
  const { group, fonts } = state;
  if (word === "u") {
    write(state, String.fromCharCode((number ?? 0) & 0xffff));
    state.skipChars = group.fallbackChars;
  } else if (word === "uc") group.fallbackChars = Math.min(10, Math.max(0, number ?? 1));
  else if (word === "ansicpg") fonts.setCodePage(number ?? 1_252);
  else if (word === "mac") fonts.setCodePage(10_000);
  else if (word === "v") group.isHidden = number !== 0;
  else if (word === "plain") group.isHidden = false;
  else if (word === "f") {
    group.font = number;
    state.described = number ?? 0;
  } else if (word === "fcharset" && group.target === "fonts") fonts.define(state.described, number ?? 0);
  else return false;
  return true;
}

/** Names of styles are English in all languages; they end with a semicolon. */
function nameStyle(state: State): void {
  const name = state.styleName.replace(/;.*/s, "").trim().toLowerCase();
  const level = /^heading ([1-9])$/.exec(name)?.[1];
  if (level !== undefined) state.levels.set(state.described, Number(level));
  else if (name === "title") state.levels.set(state.described, 0);
  state.styleName = "";
}

function isOutline(number: number | null): number is number {
  return number !== null && number >= 0 && number < 9;
}

function isoOf({ yr, mo = 1, dy = 1, hr = 0, min = 0 }: Partial<Record<string, number>>): string {
  if (yr === undefined) return "";
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${yr}-${two(mo)}-${two(dy)}T${two(hr)}:${two(min)}:00`;
}
