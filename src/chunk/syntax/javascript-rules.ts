import type { Node } from "web-tree-sitter";
import { boundNames, isImported, isMade } from "./javascript-imports.ts";
import { foundByRule, maxNameChars } from "./rule-findings.ts";
import { childOfType, declares, each, repeatsName, type Finder, type Found, type SyntaxRules } from "./syntax-rule.ts";

const functionTypes = ["arrow_function", "function_expression", "generator_function", "function"];
// A block of a test, by the first word of what is called: it.each, describe.skip.
const testWord = /^(?:describe|suite|context|it|test|bench|beforeEach|beforeAll|afterEach|afterAll)\b/;
const maxTitleChars = 120;

/** A function in the value of a variable, a property or an argument: itself, or wrapped in calls such as `memo(...)`. */
function functionIn(value: Node | null, depth = 0): Node | null {
  if (value === null || depth > 3) return null;
  if (functionTypes.includes(value.type)) return value;
  if (/^(?:parenthesized|as|satisfies|non_null)_expression$/.test(value.type))
    return functionIn(value.firstNamedChild, depth + 1);
  if (value.type !== "call_expression" || value.startPosition.row === value.endPosition.row) return null;
  const callArguments = value.childForFieldName("arguments");
  return callArguments === null ? null : functionIn(callArguments.firstNamedChild, depth + 1);
}

function namedValue(node: Node, value: Node | null, name: string): Found | null {
  const inner = functionIn(value);
  if (inner !== null) return { name, kind: "function", body: inner.childForFieldName("body") };
  if (value === null) return null;
  if (value.type === "class") return { name, kind: "class", holds: "methods", body: value.childForFieldName("body") };
  if (value.type === "object" && node.startPosition.row < node.endPosition.row)
    return { name, kind: "block", holds: "methods", body: value };
  return null;
}

const variable: Finder = (node, surroundings) => {
  const name = node.childForFieldName("name");
  if (name === null) return null;
  const value = assigned(node.childForFieldName("value"));
  if (isImported(value)) return null;
  const body = isTall(value) ? value : null;
  if (name.type !== "identifier") {
    const names = surroundings === "top" && isMade(value) ? boundNames(name, maxNameChars) : "";
    return names === "" ? null : { name: names, kind: "block", body };
  }
  const found = namedValue(node, value, name.text);
  if (found !== null || surroundings !== "top" || repeatsName(name.text, value)) return found;
  return { name: name.text, kind: "block", body };
};

/** The value at the end of `a = b = value`. */
function assigned(value: Node | null): Node | null {
  let last = value;
  for (let depth = 0; last?.type === "assignment_expression" && depth < 20; depth++)
    last = last.childForFieldName("right");
  return last;
}

const property: Finder = (node) => {
  const key = node.childForFieldName("key") ?? node.childForFieldName("name");
  if (key === null) return null;
  const name = key.type === "string" ? key.text.slice(1, -1) : key.text;
  const found = namedValue(node, node.childForFieldName("value"), name);
  if (found === null) return null;
  return found.kind === "function" ? { ...found, kind: "method" } : found;
};

/** `exports.load = function`, `exports.limit = 5`, `Store.prototype.save = () =>`, `module.exports = class Store`. */
const assignment: Finder = (node, surroundings) => {
  const left = node.childForFieldName("left");
  const right = assigned(node.childForFieldName("right"));
  if (left === null || left.endIndex - left.startIndex > 200) return null;
  const names = left.text.replaceAll(/\s+/g, "").split(".");
  const words = names.filter((word) => word !== "module" && word !== "exports" && word !== "prototype" && word !== "");
  const isExport = names[0] === "exports" || (names[0] === "module" && names[1] === "exports");
  const last = words.at(-1);
  if (isImported(right)) return null;
  if (isExport && (last === undefined || last === "default")) return exported(node, right);
  const name = last ?? "exports";
  const found = namedValue(node, right, name);
  // Not `exports.load = load`: what stands there has its name already.
  if (found === null && isExport && words.length === 1 && surroundings === "top" && isMade(right))
    return { name, kind: "block", body: isTall(right) ? right : null };
  const outer = words.slice(0, -1).filter((word) => word !== "this" && word !== "window" && word !== "globalThis");
  return found === null ? null : { ...found, outer };
};

/** `module.exports = class Store`: the value's own name, or those of the functions in it, or none but "exports". */
function exported(node: Node, value: Node | null): Found | null {
  const inner = functionIn(value) ?? value;
  const name = inner?.childForFieldName("name")?.text ?? "exports";
  if (value?.type !== "object") return namedValue(node, value, name);
  if (isTall(value)) return { name, kind: "block", holds: "methods", isNamespace: true, body: value };
  const names = value.namedChildren.flatMap((member) => {
    const isFunction = member.type === "method_definition" || functionIn(member.childForFieldName("value")) !== null;
    const key = member.childForFieldName("name") ?? member.childForFieldName("key");
    return isFunction && key !== null ? [key.text] : [];
  });
  return names.length === 0 ? null : { name: names.join(", "), kind: "block", body: value };
}

/** `describe("a store", () => {...})`: a function under the words of its first argument. */
const call: Finder = (node) => {
  const callee = node.childForFieldName("function");
  const callArguments = node.childForFieldName("arguments");
  if (callee === null || callArguments === null || !isTall(node)) return null;
  const word = callee.endIndex - callee.startIndex > 300 ? "" : callee.text;
  const title = callArguments.firstNamedChild;
  if (title === null || !testWord.test(word) || !title.type.endsWith("string")) return null;
  const body = childOfType(callArguments, functionTypes);
  if (body === null) return null;
  const name = title.text.slice(1, -1).replaceAll(/\s+/g, " ").slice(0, maxTitleChars);
  return { name, kind: "function", holds: "functions", body: body.childForFieldName("body") };
};

/** `(function load() {...})`, where nothing else gives it a name. */
const namedFunction: Finder = (node) => {
  const name = node.childForFieldName("name");
  return name === null || !isTall(node)
    ? null
    : { name: name.text, kind: "function", body: node.childForFieldName("body") };
};

function isTall(node: Node | null): boolean {
  return node !== null && node.startPosition.row < node.endPosition.row;
}

const classRule = declares("class", { holds: "methods" });
const typeAlias = declares("type", { body: ["value"], alias: ["value"] });

export const javascriptRules: SyntaxRules = {
  declarations: {
    ...each(
      "function_declaration generator_function_declaration function_signature ui_signal ui_inline_component",
      declares("function"),
    ),
    ...each("class class_declaration abstract_class_declaration", classRule),
    ...each("interface_declaration", declares("type", { holds: "methods" })),
    ...each("enum_declaration", declares("type")),
    type_alias_declaration: (node) =>
      isImported(node.childForFieldName("value")) ? null : foundByRule(node, typeAlias),
    ...each("internal_module module", declares("block", { holds: "functions" })),
    ...each(
      "method_definition method_signature abstract_method_signature construct_signature",
      declares("method", { otherwise: "new" }),
    ),
    variable_declarator: variable,
    ...each("pair public_field_definition field_definition", property),
    assignment_expression: assignment,
    call_expression: call,
    ...each("function_expression generator_function", namedFunction),
  },
  wrappers: [
    "export_statement",
    "ambient_declaration",
    "lexical_declaration",
    "variable_declaration",
    "expression_statement",
    "ui_annotated_object_member",
  ],
  attributes: ["decorator"],
  closed: ["template_string", "string", "jsx_element", "regex", "import_statement", "formal_parameters"],
};
