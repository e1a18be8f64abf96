// JSON has no limit for nesting, and a recursion does.
const maxDepth = 500;
// Parsed, a value takes some ten times its text.
const maxChars = 8_000_000;
const exactDigits = 15;

/** How two JSON texts of the same value differ; null: one is no JSON, or the values differ. Numbers are the same when they count the same. */
export function sameJson(first: string, second: string): "layout" | "key order" | null {
  if (Math.max(first.length, second.length) > maxChars) return null;
  const [a, b] = [parsed(first), parsed(second)];
  if (a === null || b === null) return null;
  if (written(a.value, false) === written(b.value, false)) return "layout";
  return written(a.value, true) === written(b.value, true) ? "key order" : null;
}

function parsed(text: string): { readonly value: unknown } | null {
  if (!/^\s*[[{]/.test(text) || depthOf(text) > maxDepth) return null;
  try {
    // What a double cannot hold is compared as it is written.
    return {
      value: JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
        typeof value === "number" ? new WrittenNumber(value, context?.source ?? String(value)) : value,
      ),
    };
  } catch {
    return null;
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

class WrittenNumber {
  readonly key: string;

  constructor(value: number, source: string) {
    const digits = source.replace(/e.*$/i, "").replaceAll(/[^\d]/g, "").replace(/^0+/, "").length;
    this.key = digits <= exactDigits && Number.isFinite(value) ? String(value) : source;
  }
}

function written(value: unknown, isSorted: boolean): string {
  if (value instanceof WrittenNumber) return value.key;
  if (Array.isArray(value)) return `[${value.map((each) => written(each, isSorted)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (isSorted) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${written(each, isSorted)}`).join(",")}}`;
}
