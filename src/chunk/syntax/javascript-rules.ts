import type { Node } from "web-tree-sitter";
import { childOfType, declares, each, type Finder, type Found, type SyntaxRules } from "./syntax-rule.ts";

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
  const value = node.childForFieldName("value");
  const isPlain = name.type === "identifier";
  const found = isPlain ? namedValue(node, value, name.text) : null;
  if (found !== null || surroundings !== "top") return found;
  const pattern = isPlain ? name.text : name.text.replaceAll(/\s+/g, " ").slice(0, maxTitleChars);
  return { name: pattern, kind: "block", body: isTall(value) ? value : null };
};

const property: Finder = (node) => {
  const key = node.childForFieldName("key") ?? node.childForFieldName("name");
  if (key === null) return null;
  const name = key.type === "string" ? key.text.slice(1, -1) : key.text;
  const found = namedValue(node, node.childForFieldName("value"), name);
  if (found === null) return null;
  return found.kind === "function" ? { ...found, kind: "method" } : found;
};

/** `exports.load = function`, `Store.prototype.save = () =>`, `module.exports = {...}`. */
const assignment: Finder = (node) => {
  const left = node.childForFieldName("left");
  const right = node.childForFieldName("right");
  if (left === null || left.endIndex - left.startIndex > 200) return null;
  const names = left.text.replaceAll(/\s+/g, "").split(".");
  const words = names.filter((word) => word !== "module" && word !== "exports" && word !== "prototype" && word !== "");
  const name = words.at(-1) ?? "exports";
  const found = namedValue(node, right, name);
  const outer = words.slice(0, -1).filter((word) => word !== "this" && word !== "window" && word !== "globalThis");
  return found === null ? null : { ...found, outer };
};

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

export const javascriptRules: SyntaxRules = {
  declarations: {
    ...each(
      "function_declaration generator_function_declaration function_signature ui_signal ui_inline_component",
      declares("function"),
    ),
    ...each("class_declaration abstract_class_declaration", classRule),
    ...each("interface_declaration", declares("type", { holds: "methods" })),
    ...each("enum_declaration", declares("type")),
    ...each("type_alias_declaration", declares("type", { body: ["value"] })),
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
