import { entropyOf, isMixed, isPlaceholder, isReference, isWritten } from "./secret-values.ts";

/** A secret's place in a text; `end` is exclusive. */
export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/**
 * A value under a name that means a secret. A setting's is no expression: `DB_PASSWORD=...`, a line of YAML, a part of a connection
 * string. What is bare may be one.
 */
interface AssignedValue {
  readonly start: number;
  readonly text: string;
  readonly place: "quoted" | "setting" | "bare";
}

// Names that mean a secret. What follows a keyword in the name, and a value after that, is looked at below.
const keywords = (): RegExp =>
  /(pass(?:w(?:or)?d|phrase|(?![\w.-]))|pwd|secret|token|(?:api|access|private|signing|encryption|master|auth|account|admin|service|session|jwt|hmac|webhook|license|deploy)[_-]?key|credential)([\w.-]{0,24})/gi;
// The name of something about a secret: "passwordHashAlgorithm", "tokenUrl", "tokenizer.ts".
const about =
  /hash|algo|type|name|policy|field|label|ur[il]|path|file|length|size|regex|pattern|hint|prompt|error|message|expir|header|class|style|icon|place|selector|count|index|limit|version|mode|scope|format|prefix|kind|encryption$|^i[sz]|refs?$|id$|ids$|\.(?:[cm]?[jt]sx?|py|go|rs|rb|md|json|php|java|cs|html?|css|ya?ml)$/i;
// "nextPageToken", "commitToken": a place in a list or a history.
const aboutBefore = /(?:page|next|cursor|continuation|commit|sync|resume|shard)[_-]?$/i;

const longValue = 200;

/** Values that are assigned to names such as `password` and `api_key`, and look as if they were drawn, not written. */
export function findAssignedSecrets(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  const names = keywords();
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const [, keyword = "", rest = ""] = match;
    if (about.test(rest)) continue;
    const value = valueAfter(text, match.index, names.lastIndex);
    if (value === null || isAboutBefore(text, match.index, keyword)) continue;
    const isPassword = /^pass|^pwd/i.test(keyword);
    const end = value.start + value.text.length;
    if (!(isPassword ? isPasswordValue(value) : isKeyValue(value))) {
      // Names within it would be read again and again.
      if (value.text.length > longValue) names.lastIndex = end;
      continue;
    }
    found.push({ start: value.start, end, label: isPassword ? "password" : "secret" });
    names.lastIndex = end;
  }
  return found;
}

function isAboutBefore(text: string, start: number, keyword: string): boolean {
  return keyword.toLowerCase() === "token" && aboutBefore.test(text.slice(Math.max(0, start - 16), start));
}

const quoted: Readonly<Record<string, RegExp>> = {
  '"': /[^"\r\n]{8,2000}(?=")/y,
  "'": /[^'\r\n]{8,2000}(?=')/y,
  "`": /[^`\r\n]{8,2000}(?=`)/y,
  // JSON within a string.
  '\\"': /[^"\\\r\n]{8,2000}(?=\\")/y,
};
const bare = /[\w+/=.~!@#?$%^&*-]{8,2000}(?=$|[\s,;"'`)\]}<]|\\[nrt"'])/my;
const element = /[^<>\s]{8,200}(?=<\/)/y;

// `key: string = "`, `API_KEY: &str = "`, `apiKey string = "`
const typed =
  /(?:[ \t]{0,4}:[ \t]{0,4}|[ \t]{1,4}(?=string))&?(?:'static )?[A-Za-z_][\w.<>?[\]]{0,24}[ \t]{0,4}=[ \t]{0,4}(["'`])/y;
// `key = `, `"key": `, `env["KEY"] || `, `getenv("KEY") ?: `
const assigned = /(?:["'`]|\\")?[\])]?[ \t]{0,8}(?::=|=>|\|\|=?|\?\?=?|\?:|[:=]{1,3})[ \t]{0,8}(["'`]|\\"|)/y;
// `name="key" value="`, `define("KEY", "`, `setKey("`
const attribute = /["'][ \t]{1,4}value=(["'])/y;
const argument = /["'][ \t]{0,4},[ \t]{0,4}(["'`])/y;
const call = /\([ \t]{0,4}(["'`])/y;
const words = /[ \t]{1,8}/y;

function valueAfter(text: string, keyword: number, end: number): AssignedValue | null {
  const stringAt = read(typed, text, end) ?? read(attribute, text, end);
  if (stringAt !== null) return quotedValue(text, stringAt.end, stringAt.quote);
  const assignedAt = read(assigned, text, end);
  if (assignedAt !== null) {
    if (assignedAt.quote !== "") return quotedValue(text, assignedAt.end, assignedAt.quote);
    return bareValue(text, { keyword, end, valueStart: assignedAt.end });
  }
  if (text.charAt(end) === ">") return valueBy(element, text, { start: end + 1, place: "setting" });
  const start = nameStart(text, keyword);
  const argumentAt = /[("']/.test(text.charAt(start - 1)) && text.charAt(start - 2) === "(" ? argument : call;
  if (argumentAt === call && !/(?:^|[._])(?:set|with|use)\w*$/i.test(text.slice(start, end)))
    return afterInstruction(text, start, end);
  const quoteAt = read(argumentAt, text, end);
  return quoteAt === null ? null : quotedValue(text, quoteAt.end, quoteAt.quote);
}

/** A Dockerfile's `ENV KEY value`. */
function afterInstruction(text: string, start: number, end: number): AssignedValue | null {
  if (
    !/^\s/.test(text.charAt(end)) ||
    !/(?:^|\n)[ \t]*(?:ENV|ARG)[ \t]+$/.test(text.slice(Math.max(0, start - 20), start))
  )
    return null;
  const wordsAt = read(words, text, end);
  return wordsAt === null ? null : valueBy(bare, text, { start: wordsAt.end, place: "setting" });
}

function read(pattern: RegExp, text: string, at: number): { readonly end: number; readonly quote: string } | null {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? null : { end: pattern.lastIndex, quote: match[1] ?? "" };
}

function valueBy(reader: RegExp, text: string, at: Pick<AssignedValue, "start" | "place">): AssignedValue | null {
  reader.lastIndex = at.start;
  const value = reader.exec(text)?.[0];
  return value === undefined ? null : { ...at, text: value };
}

function quotedValue(text: string, start: number, quote: string): AssignedValue | null {
  const reader = quoted[quote];
  return reader === undefined ? null : valueBy(reader, text, { start, place: "quoted" });
}

const maxNameLength = 40;

function nameStart(text: string, keyword: number): number {
  let start = keyword;
  while (start > 0 && keyword - start < maxNameLength && /[\w.-]/.test(text.charAt(start - 1))) start--;
  return start;
}

interface BarePlace {
  readonly keyword: number;
  readonly end: number;
  readonly valueStart: number;
}

const lineEnd = /[ \t]*(?:#.*)?$/my;

function bareValue(text: string, { keyword, end, valueStart }: BarePlace): AssignedValue | null {
  const value = valueBy(bare, text, { start: valueStart, place: "bare" });
  if (value === null) return null;
  const start = nameStart(text, keyword);
  const between = text.slice(end, valueStart);
  const before = text.slice(Math.max(0, start - 60), start);
  if (between === "=") {
    const isPair = /[;&?]\s?$/.test(before);
    // `user=a&password=b&ssl=true`
    const cut = /^(.+?)&(?:amp;)?[\w.]+=/.exec(value.text)?.[1];
    if (cut !== undefined) return cut.length < 8 ? null : { ...value, text: cut, place: isPair ? "setting" : "bare" };
    if (isPair || /^[A-Z][A-Z0-9_]*$/.test(text.slice(start, end))) return { ...value, place: "setting" };
  }
  lineEnd.lastIndex = valueStart + value.text.length;
  const isLine =
    /^["']?:[ \t]+$|^[ \t]*=[ \t]*$/.test(between) && /(?:^|\n)[ \t-]*["']?$/.test(before) && lineEnd.test(text);
  return isLine && isMixed(value.text) ? { ...value, place: "setting" } : value;
}

function isPasswordValue({ text, place }: AssignedValue): boolean {
  if (/\s/.test(text) || isPlaceholder(text) || isReference(text) || !/[A-Za-z]/.test(text)) return false;
  if (place === "quoted") return entropyOf(text) >= 2.5 && (/[0-9!@#$%^&*?]/.test(text) || isDrawnLetters(text));
  if (place === "setting")
    return (
      entropyOf(text) >= 2.5 && !isWritten(text) && (/\d/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text)))
    );
  if (text.length < 12 || entropyOf(text) < 3 || !/\d/.test(text)) return false;
  return /[!@#$%^&*~]/.test(text) || !isExpression(text);
}

function isKeyValue({ text, place }: AssignedValue): boolean {
  if (text.length < 16 || /\s/.test(text) || !/[A-Za-z]/.test(text)) return false;
  if (!/\d/.test(text) && !isDrawnLetters(text)) return false;
  // A long one may hold any sign, as Django draws them.
  const isLong = place === "quoted" && text.length >= 40 && entropyOf(text) > 4 && isMixed(text);
  const plain = isLong ? text.replaceAll(/[()$%@#]/g, "") : text;
  if (isReference(plain) || isPlaceholder(plain) || isWritten(text)) return false;
  // Hex has 16 characters to draw from, so its entropy is lower.
  if (entropyOf(text) < (/^[0-9a-f]+$/i.test(text) ? 3 : 3.3)) return false;
  return place !== "bare" || !isExpression(text);
}

function isDrawnLetters(text: string): boolean {
  return /^[A-Za-z]{10,}$/.test(text) && isMixed(text) && !isWritten(text);
}

/** "config.token2", "a1_b2.c", "EMPTY_INT32", "key_sha256": names joined by dots, a constant, or words. */
function isExpression(value: string): boolean {
  return (
    isWritten(value) ||
    /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value) ||
    /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^[a-z]+(?:_[a-z]+\d*)+$/.test(value) ||
    !(/\d.*\d/.test(value) || isMixed(value))
  );
}
