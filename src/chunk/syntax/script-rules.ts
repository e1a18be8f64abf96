import type { Node } from "web-tree-sitter";
import { childOfType, declares, each, type Finder, type SyntaxRules } from "./syntax-rule.ts";

const maxTitleChars = 120;
const functionRule = declares("function");

/** A constant of the module: `LIMITS = {...}`. */
const pythonAssignment: Finder = (node, surroundings) => {
  const left = node.childForFieldName("left");
  if (surroundings !== "top" || left?.type !== "identifier") return null;
  const name = left.text;
  return /^[A-Z][A-Z0-9_]{2,}$/.test(name) ? { name, kind: "block", body: node.childForFieldName("right") } : null;
};

export const pythonRules: SyntaxRules = {
  declarations: {
    function_definition: declares("function", { hasDocstring: true }),
    class_definition: declares("class", { holds: "methods", hasDocstring: true }),
    assignment: pythonAssignment,
  },
  wrappers: ["decorated_definition", "expression_statement"],
  closed: ["string", "import_from_statement", "list", "dictionary"],
};

export const gdscriptRules: SyntaxRules = {
  declarations: {
    ...each("function_definition constructor_definition", declares("function", { otherwise: "_init" })),
    class_definition: declares("class", { holds: "methods" }),
    ...each("enum_definition", declares("type", { otherwise: "enum" })),
  },
  attributes: ["annotation"],
};

/** `describe "a store" do`, `task :build do`: a function under the words of its first argument. */
const rubyCall: Finder = (node) => {
  const [word, block] = [node.childForFieldName("method"), node.childForFieldName("block")];
  const title = node.childForFieldName("arguments")?.firstNamedChild ?? null;
  if (word === null || block === null || title === null) return null;
  if (!/^(?:describe|context|it|specify|namespace|task|feature|scenario|shared_examples|test)$/.test(word.text))
    return null;
  const name = title.text.replaceAll(/^["':]|["']$/g, "").slice(0, maxTitleChars);
  return { name, kind: "function", holds: "functions", body: block };
};

export const rubyRules: SyntaxRules = {
  declarations: {
    ...each("method singleton_method", declares("function")),
    class: declares("class", { holds: "methods" }),
    module: declares("class", { holds: "methods", isNamespace: true }),
    singleton_class: declares("class", { name: ["value"], holds: "methods" }),
    call: rubyCall,
  },
  closed: ["string", "heredoc_body", "array", "hash"],
};

/** `load = function(path) ... end`. */
const luaAssignment: Finder = (node) => {
  const name = childOfType(node, ["variable_list"])?.firstNamedChild ?? null;
  const value = childOfType(node, ["expression_list"])?.firstNamedChild ?? null;
  if (name === null || value === null || name.endIndex - name.startIndex > 200) return null;
  if (value.type === "function_definition")
    return { name: name.text, kind: "function", body: value.childForFieldName("body") };
  if (value.type !== "table_constructor" || node.startPosition.row === node.endPosition.row) return null;
  return { name: name.text, kind: "block", holds: "functions", body: value };
};

export const luaRules: SyntaxRules = {
  declarations: {
    function_declaration: functionRule,
    assignment_statement: luaAssignment,
    field: (node) => {
      const [name, value] = [node.childForFieldName("name"), node.childForFieldName("value")];
      if (name === null || value?.type !== "function_definition") return null;
      return { name: name.text, kind: "function", body: value.childForFieldName("body") };
    },
  },
  wrappers: ["variable_declaration"],
  nameSeparator: /[.:]/,
};

export const perlRules: SyntaxRules = {
  declarations: {
    ...each("subroutine_declaration_statement method_declaration_statement", functionRule),
    class_statement: declares("class", { holds: "methods" }),
    package_statement: declares("class", { body: ["block"], holds: "methods" }),
  },
  closed: ["heredoc_content", "string_literal", "pod"],
};

const rAssignment: Finder = (node) => {
  const [name, value] = [node.childForFieldName("lhs"), node.childForFieldName("rhs")];
  if (name === null || value?.type !== "function_definition" || name.endIndex - name.startIndex > 200) return null;
  return { name: name.text.replaceAll("`", ""), kind: "function", body: value.childForFieldName("body") };
};

export const rRules: SyntaxRules = { declarations: { binary_operator: rAssignment }, closed: ["string"] };

/** `area(r) = ...`. */
const juliaAssignment: Finder = (node) => {
  const head = node.firstNamedChild;
  const call = head?.type === "typed_expression" || head?.type === "where_expression" ? head.firstNamedChild : head;
  const name = call?.type === "call_expression" ? call.firstNamedChild : null;
  return name === null ? null : { name: name.text, kind: "function", body: node.lastNamedChild };
};

const juliaHead = [
  "signature/call_expression/identifier",
  "signature/call_expression/field_expression",
  "signature/typed_expression/call_expression/identifier",
  "signature/where_expression/call_expression/identifier",
  "signature/where_expression/typed_expression/call_expression/identifier",
  "signature/identifier",
];
const juliaTypeName = [
  "type_head/binary_expression/identifier",
  "type_head/parametrized_type_expression/identifier",
  "type_head/identifier",
];

export const juliaRules: SyntaxRules = {
  declarations: {
    ...each(
      "function_definition macro_definition",
      declares("function", { name: juliaHead, body: ["block"], otherwise: "function" }),
    ),
    ...each("struct_definition abstract_definition", declares("type", { name: juliaTypeName, body: ["block"] })),
    module_definition: declares("block", { body: ["block"], holds: "functions" }),
    assignment: juliaAssignment,
  },
  comments: ["string_literal"],
};

export const shellRules: SyntaxRules = {
  declarations: { function_definition: functionRule },
  closed: ["heredoc_body", "string", "raw_string"],
};

export const powershellRules: SyntaxRules = {
  declarations: {
    function_statement: declares("function", { name: ["function_name"], body: ["script_block"] }),
    ...each("class_statement enum_statement", {
      ...declares("class", { name: ["simple_name"], holds: "methods" }),
      body: ["class_property_definition", "class_method_definition"],
    }),
    class_method_definition: declares("method", { name: ["simple_name"], body: ["script_block"] }),
  },
};

export const vimRules: SyntaxRules = {
  declarations: {
    function_definition: declares("function", { name: ["function_declaration/name"] }),
  },
};

export const elispRules: SyntaxRules = {
  declarations: {
    ...each("function_definition macro_definition", declares("function", { body: ["docstring", "list"] })),
    list: (node) => lispForm(node, "symbol"),
  },
};

export const schemeRules: SyntaxRules = { declarations: { list: (node) => lispForm(node, "symbol") } };

export const commonlispRules: SyntaxRules = {
  declarations: {
    defun: declares("function", { name: ["defun_header/function_name"], body: ["value"] }),
    list_lit: (node) => lispForm(node, "sym_lit"),
  },
};

export const clojureRules: SyntaxRules = { declarations: { list_lit: (node) => lispForm(node, "sym_lit") } };

/** `(defn load "Doc." [path] ...)` and all its kin: a head that begins with "def", then the name, alone or first in a list. */
function lispForm(node: Node, symbolType: string): ReturnType<Finder> {
  const head = node.namedChild(0);
  const second = node.namedChild(1);
  if (head?.type !== symbolType || second === null || head.endIndex - head.startIndex > 60) return null;
  const word = head.text;
  if (!/^(?:[\w.-]+\/)?def|^(?:struct|library|module)$/.test(word)) return null;
  const named = second.type === symbolType ? second : second.type.startsWith("list") ? second.namedChild(0) : null;
  const inner = named?.type === symbolType ? (childOfType(named, ["sym_name"]) ?? named) : null;
  if (inner === null) return null;
  const kind = kindOfLisp(word, second);
  const text = childOfType(node, ["str_lit", "string"]);
  const isDoc = text !== null && node.namedChild(2)?.id === text.id;
  const body = node.namedChild(isDoc || kind === "block" || second.type !== symbolType ? 2 : 3);
  const holds = kind === "class" ? { holds: "methods" as const } : {};
  return { name: inner.text, kind, body, doc: isDoc ? text.text.slice(1, -1) : null, ...holds };
}

function kindOfLisp(word: string, second: Node): "class" | "type" | "function" | "block" {
  if (/class|record|protocol/.test(word)) return "class";
  if (/type|struct|interface/.test(word)) return "type";
  if (/^(?:[\w.-]+\/)?def(?:var|parameter|constant|custom|const|face|group|package|once|)$/.test(word)) return "block";
  return word === "define" && !second.type.startsWith("list") ? "block" : "function";
}
