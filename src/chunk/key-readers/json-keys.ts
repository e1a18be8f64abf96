import type { KeyLine, KeyReader } from "../data-keys.ts";

const maxNameChars = 80;
const maxDepth = 40;
// A string without an end goes to the end of its line, so that no character is looked at twice.
const token = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?|\/\/.*|\/\*|[{}[\]:,]|[\w$.+-]+/g;

interface Container {
  readonly isList: boolean;
  items: number;
}

/** Keys and list items of a JSON text (with comments, too): the first that begins on each line. */
export const readJsonKeys: KeyReader = (lines) => {
  const keys: KeyLine[] = [];
  const open: Container[] = [];
  let isComment = false;
  for (const [line, text] of lines.entries()) {
    let from = 0;
    if (isComment) {
      const end = text.indexOf("*/");
      if (end === -1) continue;
      isComment = false;
      from = end + 2;
    }
    let isNamed = false;
    let word: string | null = null;
    token.lastIndex = from;
    for (let match = token.exec(text); match !== null; match = token.exec(text)) {
      const [part] = match;
      if (part === "/*") {
        const end = text.indexOf("*/", match.index + 2);
        isComment = end === -1;
        if (isComment) break;
        token.lastIndex = end + 2;
      } else if (part === ":" && word !== null && open.at(-1)?.isList === false) {
        if (!isNamed && open.length <= maxDepth) keys.push({ line, depth: open.length, name: plainName(word) });
        isNamed = true;
        word = null;
      } else if (part === "{" || part === "[") {
        const list = open.at(-1);
        // An item of a list has no name but its place.
        if (!isNamed && list?.isList === true && open.length <= maxDepth) {
          keys.push({ line, depth: open.length, name: `[${list.items}]` });
          isNamed = true;
        }
        if (list?.isList === true) list.items++;
        open.push({ isList: part === "[", items: 0 });
      } else if (part === "}" || part === "]") open.pop();
      else if (part !== "," && part !== ":" && !part.startsWith("//")) word = part;
    }
  }
  return keys;
};

function plainName(word: string): string {
  return word.replace(/^["']|["']$/g, "").slice(0, maxNameChars);
}
