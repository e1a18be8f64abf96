import type { KeyReader } from "../data-keys.ts";

// Longer lines are values, and patterns take long on them.
const maxLineChars = 400;
const maxNameChars = 80;
const keyPattern =
  /^(?:"([^"]{1,200})"|'([^']{1,200})'|([^\s"'#&*!|>%@`{}[\],:-][^\s:]*(?: [^\s:]+){0,8})) {0,4}:(?:\s|$)/;
const blockPattern = /(?:^|[:\s-])\s*[|>][+-]?\d?[+-]?\s*(?:#.*)?$/;

/** Keys and list items of a YAML text by their indentation. The lines of block scalars are no keys. */
export const readYamlKeys: KeyReader = (lines) => {
  const keys = [];
  let blockIndent: number | null = null;
  for (const [line, text] of lines.entries()) {
    const content = text.slice(0, maxLineChars).trimStart();
    if (content === "" || content.startsWith("#")) continue;
    const indent = text.length - text.trimStart().length;
    if (blockIndent !== null && indent > blockIndent) continue;
    blockIndent = null;
    const dashes = /^(?:-[ \t]+)+/.exec(content)?.[0] ?? "";
    if (dashes !== "") {
      // A list may stand as far left as the key that it belongs to.
      keys.push({ line, depth: indent + 0.5, name: itemName(content.slice(dashes.length)) });
    } else {
      const match = keyPattern.exec(content);
      if (match !== null) keys.push({ line, depth: indent, name: match[1] ?? match[2] ?? match[3] ?? "" });
    }
    if (blockPattern.test(content)) blockIndent = indent;
  }
  return keys;
};

/** "- name: Build" is called "Build", and any other item by its first words. */
function itemName(text: string): string {
  const named = /^(?:name|id|key|title): {0,4}(\S.{0,80})/.exec(text)?.[1] ?? text;
  return named
    .replace(/^["']|["']$/g, "")
    .slice(0, maxNameChars)
    .trim();
}
