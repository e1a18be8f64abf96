// Control characters, line separators, and the marks that reorder text.
const misleading = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A name from outside (path, agent, branch) as it may stand in an answer: on one line, with what could forge lines escaped. */
export function shownName(name: string): string {
  return name.replaceAll(misleading, (character) =>
    character === "\n" ? String.raw`\n` : String.raw`\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
