/** A pattern that is ready to be matched against paths and names, given as strings of bytes (one character a byte). */
export type Glob = (text: string) => boolean;

// One step of a pattern. `any` stands for one byte but "/", `run` for any number of them, `deep` for "/" too, `folders` for "" or
// anything that ends in "/".
type Step =
  | { readonly kind: "byte"; readonly code: number }
  | { readonly kind: "any" }
  | { readonly kind: "class"; readonly codes: Uint8Array }
  | { readonly kind: "run" }
  | { readonly kind: "deep" }
  | { readonly kind: "folders" };

const slash = 47;
// No path is longer, and what a pattern costs grows with its length.
const maxSteps = 4_096;

/**
 * Compiles a pattern as git's documentation describes them (gitignore, and fnmatch with FNM_PATHNAME): `*`, `?`, `[a-z]`, `[!a]`,
 * `[[:alpha:]]`, `\x`, and two asterisks as a whole part of the path. Time is bounded by pattern times text, whatever the pattern. A pattern
 * that is malformed matches nothing. With `foldCase`, ASCII letters of either case are equal where git takes them for equal.
 */
export function compileGlob(pattern: string, foldCase: boolean): Glob {
  const steps = stepsOf(pattern, foldCase);
  if (steps === null || steps.length > maxSteps) return () => false;
  const least = steps.filter(({ kind }) => kind === "byte" || kind === "any" || kind === "class").length;
  const last = steps.at(-1);
  return (given) => {
    if (given.length < least) return false;
    const text = foldCase ? foldAscii(given) : given;
    if (last?.kind === "byte" && text.charCodeAt(text.length - 1) !== last.code) return false;
    return run(steps, text);
  };
}

/** Lower case for A to Z alone, as git folds names. */
export function foldAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

/** Keeps the set of places in the text that the steps so far can reach: no backtracking, so no pattern is slow. */
function run(steps: readonly Step[], text: string): boolean {
  let reached = new Uint8Array(text.length + 1);
  let next = new Uint8Array(text.length + 1);
  reached[0] = 1;
  for (const step of steps) {
    if (!advance(step, { text, reached, next })) return false;
    [reached, next] = [next, reached];
  }
  return reached[text.length] === 1;
}

/** Fills `next`; whether any place can be reached at all. */
function advance(
  step: Step,
  { text, reached, next }: { text: string; reached: Uint8Array; next: Uint8Array },
): boolean {
  let isAlive = false;
  let wasReached = false;
  for (let at = 0; at <= text.length; at++) {
    const before = at > 0 ? text.charCodeAt(at - 1) : -1;
    let hit = false;
    switch (step.kind) {
      case "run":
        hit = reached[at] === 1 || (before !== slash && before !== -1 && next[at - 1] === 1);
        break;
      case "deep":
        hit = reached[at] === 1 || (at > 0 && next[at - 1] === 1);
        break;
      case "folders":
        wasReached ||= at > 0 && reached[at - 1] === 1;
        hit = reached[at] === 1 || (before === slash && wasReached);
        break;
      default:
        hit = at > 0 && reached[at - 1] === 1 && takes(step, before);
    }
    next[at] = hit ? 1 : 0;
    isAlive ||= hit;
  }
  return isAlive;
}

function takes(step: Step & { kind: "byte" | "any" | "class" }, code: number): boolean {
  if (step.kind === "byte") return code === step.code;
  return code !== slash && (step.kind === "any" || step.codes[code] === 1);
}

function stepsOf(pattern: string, foldCase: boolean): Step[] | null {
  const steps: Step[] = [];
  for (let at = 0; at < pattern.length;) {
    const char = pattern.charAt(at);
    if (char === "*") {
      const end = endOfStars(pattern, at);
      const isWhole =
        end - at > 1 && (at === 0 || pattern[at - 1] === "/") && /^(?:$|\/|\\\/)/.test(pattern.slice(end, end + 2));
      const isBeforeSlash = isWhole && pattern[end] === "/";
      steps.push({ kind: isBeforeSlash ? "folders" : isWhole ? "deep" : "run" });
      at = isBeforeSlash ? end + 1 : end;
    } else if (char === "[") {
      const parsed = parseClass(pattern, at, foldCase);
      if (parsed === null) return null;
      steps.push({ kind: "class", codes: parsed.codes });
      at = parsed.end;
    } else if (char === "\\") {
      // What is escaped is not folded: git compares it as it stands with the folded text.
      if (at + 1 >= pattern.length) return null;
      steps.push({ kind: "byte", code: pattern.charCodeAt(at + 1) });
      at += 2;
    } else {
      const one = foldCase ? foldAscii(char) : char;
      steps.push(char === "?" ? { kind: "any" } : { kind: "byte", code: one.charCodeAt(0) });
      at++;
    }
  }
  return steps;
}

function endOfStars(pattern: string, start: number): number {
  let end = start;
  while (pattern[end] === "*") end++;
  return end;
}

interface ClassAt {
  readonly codes: Uint8Array;
  /** Behind the closing bracket. */
  readonly end: number;
}

/** The bytes that a bracket expression takes; null when it is not closed or names an unknown class. */
function parseClass(pattern: string, start: number, foldCase: boolean): ClassAt | null {
  const codes = new Uint8Array(256);
  let at = start + 1;
  const isNegated = pattern[at] === "!" || pattern[at] === "^";
  if (isNegated) at++;
  let previous = 0;
  for (let isFirst = true; isFirst || pattern[at] !== "]"; isFirst = false) {
    const item = parseItem(pattern, at, previous);
    if (item === null) return null;
    addRange(codes, item, foldCase);
    previous = item.previous;
    at = item.end;
    if (at >= pattern.length) return null;
  }
  if (isNegated) for (let code = 0; code < 256; code++) codes[code] = codes[code] === 1 ? 0 : 1;
  return { codes, end: at + 1 };
}

interface ClassItem {
  readonly from: number;
  readonly to: number;
  readonly named: string | null;
  /** What a "-" that follows would begin its range with; 0 after a range or a named class. */
  readonly previous: number;
  readonly end: number;
}

function parseItem(pattern: string, at: number, previous: number): ClassItem | null {
  if (at >= pattern.length) return null;
  const following = pattern[at + 1];
  if (pattern[at] === "-" && previous !== 0 && following !== undefined && following !== "]") {
    const isEscaped = following === "\\";
    const to = pattern.charCodeAt(at + (isEscaped ? 2 : 1));
    return Number.isNaN(to) ? null : { from: previous, to, named: null, previous: 0, end: at + (isEscaped ? 3 : 2) };
  }
  if (pattern[at] === "[" && following === ":") {
    const close = pattern.indexOf("]", at + 2);
    if (close === -1) return null;
    const name = pattern.slice(at + 2, close - 1);
    if (close > at + 2 && pattern[close - 1] === ":") {
      return name in namedClasses ? { from: 1, to: 0, named: name, previous: 0, end: close + 1 } : null;
    }
  }
  const isEscaped = pattern[at] === "\\";
  const code = pattern.charCodeAt(at + (isEscaped ? 1 : 0));
  if (Number.isNaN(code)) return null;
  return { from: code, to: code, named: null, previous: code, end: at + (isEscaped ? 2 : 1) };
}

function addRange(codes: Uint8Array, item: ClassItem, foldCase: boolean): void {
  const named = item.named === null ? undefined : namedClasses[item.named];
  for (let code = 0; code < 128; code++) if (named?.test(String.fromCharCode(code))) codes[code] = 1;
  for (let code = item.from; code <= item.to; code++) codes[code] = 1;
  if (!foldCase) return;
  if (item.named === "upper") for (let code = 97; code <= 122; code++) codes[code] = 1;
  // The text is folded, so a range of capitals must take small letters; git leaves single capitals as they are.
  if (item.named !== null || item.previous !== 0) return;
  for (let code = 97; code <= 122; code++) if (code - 32 >= item.from && code - 32 <= item.to) codes[code] = 1;
}

const namedClasses: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -~]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r]/,
  upper: /[A-Z]/,
  xdigit: /[A-Fa-f0-9]/,
};
