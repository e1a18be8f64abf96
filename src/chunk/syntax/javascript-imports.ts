import type { Node } from "web-tree-sitter";

const maxSteps = 12;
// What compilers put around `require`: __importDefault, tslib_1.__importStar, _interopRequireWildcard, __toESM.
const importWrapper = /^(?:\w+\.)?__?(?:import|interop|toESM)\w*$/;
const around = /^(?:parenthesized|await|as|satisfies|non_null)_expression$|^type_query$/;
const madeValue = /^(?:object|array|string|template_string|number|regex|true|false|null)$/;

/**
 * Whether a value only fetches what another file defines: `require("a")`, `await import("a")`, a property of those, and
 * `lazy(() => import("a"))`. Not `require("a")()`: what is called there is made here.
 */
export function isImported(value: Node | null): boolean {
  let at = value;
  for (let step = 0; at !== null && step < maxSteps; step++) {
    if (around.test(at.type)) at = at.firstNamedChild;
    else if (at.type === "member_expression" || at.type === "subscript_expression") at = at.childForFieldName("object");
    else if (at.type === "arrow_function") at = at.childForFieldName("body");
    else if (at.type !== "call_expression") return false;
    else {
      const callee = at.childForFieldName("function");
      const word = callee === null || callee.endIndex - callee.startIndex > 100 ? "" : callee.text;
      if (callee?.type === "import" || word === "require") return true;
      at = fetchedBy(at, word);
    }
  }
  return false;
}

/** What a call hands on: `import("a")` of `import("a").then(...)` and of `lazy(() => import("a"))`. */
function fetchedBy(call: Node, word: string): Node | null {
  const callee = call.childForFieldName("function");
  if (callee?.childForFieldName("property")?.text === "then") return callee.childForFieldName("object");
  const first = call.childForFieldName("arguments")?.firstNamedChild ?? null;
  return first?.type === "arrow_function" || importWrapper.test(word) ? first : null;
}

/** Whether a value begins its life here: a literal, or what a call gives. Another variable's property does not. */
export function isMade(value: Node | null): boolean {
  let at = value;
  for (let step = 0; at !== null && around.test(at.type) && step < maxSteps; step++) at = at.firstNamedChild;
  if (at === null || isImported(at)) return false;
  return madeValue.test(at.type) || /^(?:call|new|binary|ternary)_expression$/.test(at.type);
}

/** The variables of a pattern such as `{ a, b: c, ...rest }` (a, c, rest), up to `maxChars` with ", " between them. */
export function boundNames(pattern: Node, maxChars: number): string {
  const names: string[] = [];
  let length = 0;
  const visit = (node: Node, depth: number): void => {
    if (depth > maxSteps || length > maxChars) return;
    if (node.type === "identifier" || node.type === "shorthand_property_identifier_pattern") {
      length += node.endIndex - node.startIndex + 2;
      if (length <= maxChars) names.push(node.text);
      return;
    }
    // Of `b: c` and `c = 1` only c is bound.
    const bound = node.childForFieldName(node.type === "pair_pattern" ? "value" : "left");
    for (const child of bound === null ? node.namedChildren : [bound]) visit(child, depth + 1);
  };
  visit(pattern, 0);
  return names.join(", ");
}
