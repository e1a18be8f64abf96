// A licence may stand before it, but no code does.
const headLength = 4_000;

// Each at the beginning of a line, behind nothing but signs of a comment: text about generated code does not count.
const marks = [
  // Go's own rule (go help generate), which others have taken over.
  /^[^\w\n<@]{0,8}Code generated [^\n]{0,300}DO NOT EDIT\b/im,
  /^[^\w\n<@]{1,8}@generated(?![\w-]|[ \t]+(?:files?|code|sources?)\b)/m,
  /^[^\w\n<@]{0,8}<auto-?generated\b/im,
  /^[^\w\n<@]{1,8}(?:This (?:file|code|class) (?:is|was|has been) )?(?:automatically|auto-?) ?generated\b[^\n]{0,200}\bdo not (?:edit|modify|change)\b/im,
];

/** Whether a program's text says in its first lines that a tool has written it. */
export function isGeneratedCode(text: string): boolean {
  const head = text.slice(0, headLength);
  return /generated/i.test(head) && marks.some((mark) => mark.test(head));
}
