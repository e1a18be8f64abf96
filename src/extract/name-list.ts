/** Names in the order of their first appearance, each once, as many as a reader bears. */
export interface NameList {
  add(name: string): void;
  /** How many different names there are; those beyond the limit count each time they appear. */
  readonly size: number;
  readonly names: readonly string[];
}

const maxNames = 500;
const maxChars = 16_000;
const maxNameChars = 300;

export function createNameList(): NameList {
  const names = new Set<string>();
  let chars = 0;
  let leftOut = 0;
  return {
    add: (name) => {
      const clean = cleanName(name);
      if (clean === "" || names.has(clean)) return;
      if (names.size >= maxNames || chars + clean.length > maxChars) {
        leftOut++;
        return;
      }
      chars += clean.length;
      names.add(clean);
    },
    get size() {
      return names.size + leftOut;
    },
    get names() {
      return [...names];
    },
  };
}

/** One line without control characters, at most some 300 characters. */
export function cleanName(name: string): string {
  return name
    .slice(0, maxNameChars)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .toWellFormed()
    .trim();
}
