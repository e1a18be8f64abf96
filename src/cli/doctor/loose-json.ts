/** JSON as editors write it: with comments and commas before a closing bracket. Throws a SyntaxError for anything else. */
export function parseLooseJson(text: string): unknown {
  return JSON.parse(withoutComments(text.replace(/^\uFEFF/, "")));
}

/** Strings stay as they are; what else begins with a slash is a comment, and a comma before a bracket is none. */
function withoutComments(text: string): string {
  const tokens = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*[\]}])/g;
  return text.replaceAll(tokens, (token) => (token.startsWith('"') ? token : ""));
}
