/** Sentences in a row: each ends with a point, so that a command at the end of one does not run into the next. */
export function joinSentences(...parts: readonly (string | null | undefined)[]): string {
  const given = parts.filter((part) => part !== null && part !== undefined).map((part) => part.trim());
  const filled = given.filter((part) => part !== "");
  return filled
    .map((part, index) => (index === filled.length - 1 || /[.!?;:]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

const maxNamed = 3;

/** "a", "a, b and c", "a, b, c and 16 more". */
export function listOfNames(names: readonly string[]): string {
  const shown = names.length <= maxNamed ? names.slice(0, -1) : names.slice(0, maxNamed);
  const last = names.length <= maxNamed ? (names.at(-1) ?? "") : `${names.length - maxNamed} more`;
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
