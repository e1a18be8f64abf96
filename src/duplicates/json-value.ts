// JSON has no limit for nesting, and a recursion does.
const maxDepth = 500;
// Written anew, a value takes a few times its text.
const maxChars = 8_000_000;

/**
 * How two JSON texts of the same value differ; null: one is no JSON, or the values differ. Numbers are the same when they count the same,
 * however many digits they have; a key that stands twice counts twice.
 */
export function sameJson(first: string, second: string): "layout" | "key order" | null {
  if (Math.max(first.length, second.length) > maxChars || !isJson(first) || !isJson(second)) return null;
  if (canonical(first, false) === canonical(second, false)) return "layout";
  return canonical(first, true) === canonical(second, true) ? "key order" : null;
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text) || depthOf(text) > maxDepth) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An upper bound: brackets in strings count too. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === openBracket || unit === openBrace) deepest = Math.max(deepest, ++depth);
    else if (unit === closeBracket || unit === closeBrace) depth--;
  }
  return deepest;
}

const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];
const [quote, backslash] = [34, 92];
const maxExponentDigits = 15;

/** Brackets, strings, numbers and words of a text that is JSON. */
function* tokensOf(text: string): Generator<string, undefined> {
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at);
    const end = unit === quote ? stringEnd(text, at) : wordEnd(text, at);
    if (end > at) yield text.slice(at, end);
    at = Math.max(end, at + 1);
  }
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === backslash) at++;
    else if (unit === quote) return at + 1;
  }
  return text.length;
}

/** Behind a bracket, a number or a word; the place itself of white space, commas and colons. */
function wordEnd(text: string, start: number): number {
  if ("[]{}".includes(text[start] ?? "")) return start + 1;
  let at = start;
  while (at < text.length && /[\w.+-]/.test(text[at] ?? "")) at++;
  return at;
}

/**
 * A JSON text without white space, strings and numbers in one form. Not by `JSON.parse`: it forgets the order of keys that are numbers, and
 * all but the last of equal ones.
 */
function canonical(text: string, isSorted: boolean): string {
  const pieces = tokensOf(text);
  const next = (): string => pieces.next().value ?? "";
  const value = (token: string): string => {
    if (token === "[") {
      const items: string[] = [];
      for (let item = next(); item !== "]"; item = next()) items.push(value(item));
      return `[${items.join(",")}]`;
    }
    if (token === "{") {
      const members: [key: string, text: string][] = [];
      for (let key = next(); key !== "}"; key = next()) {
        const name = plainString(key);
        members.push([name, `${name}:${value(next())}`]);
      }
      if (isSorted) members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return `{${members.map(([, member]) => member).join(",")}}`;
    }
    if (token.startsWith('"')) return plainString(token);
    return /^[-\d]/.test(token) ? plainNumber(token) : token;
  };
  return value(next());
}

function plainString(token: string): string {
  return token.includes("\\") ? JSON.stringify(JSON.parse(token)) : token;
}

/** Digits without zeros around them, and the power of ten of the last. */
function plainNumber(token: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  if (exponent.length > maxExponentDigits) return token;
  const all = whole + fraction;
  let [start, end] = [0, all.length];
  while (start < end && all[start] === "0") start++;
  while (end > start && all[end - 1] === "0") end--;
  if (start === end) return "0";
  return `${sign}${all.slice(start, end)}e${Number(exponent) - fraction.length + all.length - end}`;
}
