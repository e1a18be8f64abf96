// Control characters, line separators, and the marks that reorder text.
const misleading = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A name from outside (path, agent, branch) as it may stand in an answer: on one line, with what could forge lines escaped. */
export function shownName(name: string): string {
  return name.replaceAll(misleading, escaped);
}

/** One line of a stored text as it may stand in an answer: like a name, but with its tabs. */
export function shownLine(line: string): string {
  return line.replaceAll(misleading, (character) => (character === "\t" ? character : escaped(character)));
}

function escaped(character: string): string {
  return character === "\n" ? String.raw`\n` : String.raw`\u{${character.codePointAt(0)?.toString(16)}}`;
}
