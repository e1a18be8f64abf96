import type { Node } from "web-tree-sitter";
import { docOfString } from "../doc-comments.ts";
import { childOfType, declares, each, type Finder, type SyntaxRules } from "./syntax-rule.ts";

const clause = declares("function", { isClause: true, body: ["match", "matches"] });

export const haskellRules: SyntaxRules = {
  declarations: {
    ...each("signature", declares("function", { body: [], isClause: true })),
    ...each("function bind", clause),
    ...each("data_type newtype type_synomym type_family data_family", declares("type", { body: ["constructors"] })),
    ...each("class instance", declares("class", { body: ["declarations"], holds: "methods" })),
  },
  wrappers: ["top_splice"],
  attributes: ["pragma"],
};

export const elmRules: SyntaxRules = {
  declarations: {
    ...each("type_annotation port_annotation", declares("function", { isClause: true, body: [] })),
    value_declaration: declares("function", {
      isClause: true,
      name: ["functionDeclarationLeft/lower_case_identifier"],
    }),
    ...each("type_declaration type_alias_declaration", declares("type", { body: ["typeExpression", "unionVariant"] })),
  },
};

/** `let load path = ...`: a function with parameters, else a value. */
const ocamlLet: Finder = (node, surroundings) => {
  const binding = childOfType(node, ["let_binding"]);
  const pattern = binding?.childForFieldName("pattern") ?? null;
  if (binding === null || pattern?.type !== "value_name") return null;
  const body = binding.childForFieldName("body");
  const isFunction =
    childOfType(binding, ["parameter"]) !== null || /^(?:fun|function)_expression$/.test(body?.type ?? "");
  if (!isFunction && surroundings !== "top") return null;
  return { name: pattern.text, kind: isFunction ? "function" : "block", body };
};

export const ocamlRules: SyntaxRules = {
  declarations: {
    value_definition: ocamlLet,
    ...each("value_specification external", declares("function", { name: ["value_name"] })),
    type_definition: declares("type", { name: ["type_binding/name"], body: ["type_binding/body"] }),
    exception_definition: declares("type", { name: ["constructor_declaration/constructor_name"] }),
    ...each("module_definition module_type_definition", {
      ...declares("block", { holds: "functions" }),
      name: ["module_binding/module_name", "module_type_name"],
      body: ["module_binding/body", "body"],
      alias: ["module_binding/body"],
    }),
    class_definition: declares("class", {
      name: ["class_binding/class_name"],
      body: ["class_binding/body"],
      holds: "methods",
    }),
    method_definition: declares("method", { name: ["method_name"] }),
  },
};

export const gleamRules: SyntaxRules = {
  declarations: {
    ...each("function external_function", declares("function")),
    ...each(
      "type_definition type_alias external_type",
      declares("type", { name: ["type_name/name"], body: ["data_constructors"] }),
    ),
    constant: declares("block", { body: ["value"] }),
  },
  attributes: ["attribute"],
};

export const rescriptRules: SyntaxRules = {
  declarations: {
    let_binding: (node, surroundings) => {
      const [name, body] = [node.childForFieldName("pattern"), node.childForFieldName("body")];
      if (name?.type !== "value_identifier") return null;
      if (body?.type === "function") return { name: name.text, kind: "function", body: body.childForFieldName("body") };
      return surroundings === "function" ? null : { name: name.text, kind: "block", body };
    },
    module_binding: declares("block", { body: ["definition"], alias: ["definition"], holds: "functions" }),
    type_binding: declares("type"),
  },
  wrappers: ["let_declaration", "module_declaration", "type_declaration"],
  attributes: ["decorator"],
};

const elixirModules = new Set(["defmodule", "defprotocol", "defimpl"]);
const elixirFunctions = new Set([
  "def",
  "defp",
  "defmacro",
  "defmacrop",
  "defguard",
  "defguardp",
  "defdelegate",
  "defn",
]);
const elixirBlocks = new Set(["test", "describe", "schema", "setup"]);

/** The words of `@moduledoc "..."`, which stands among the first statements of a module. */
function moduleDoc(body: Node | null): string | null {
  for (let index = 0; index < 5; index++) {
    const statement = body?.namedChild(index)?.text.slice(0, 2_000) ?? "";
    const literal = /^@moduledoc\s+(?:~[sS])?(["'].*)$/s.exec(statement)?.[1];
    if (literal !== undefined) return docOfString(literal);
  }
  return null;
}

/** In Elixir everything is a call: `def load(path) when ... do`, `defmodule Books do`, `test "works" do`. */
const elixirCall: Finder = (node) => {
  const word = node.childForFieldName("target");
  if (word?.type !== "identifier") return null;
  const kind = word.text;
  const body = childOfType(node, ["do_block"]);
  let head = childOfType(node, ["arguments"])?.firstNamedChild ?? null;
  if (elixirModules.has(kind) && head !== null)
    return { name: head.text.slice(0, 200), kind: "class", holds: "functions", body, doc: moduleDoc(body) };
  if (elixirBlocks.has(kind) && head !== null && body !== null) {
    const name = head.text.replaceAll(/^["':]|["']$/g, "").slice(0, 120);
    return { name, kind: "function", holds: "functions", body };
  }
  if (!elixirFunctions.has(kind)) return null;
  if (head?.type === "binary_operator") head = head.childForFieldName("left");
  const name = head?.type === "call" ? head.childForFieldName("target") : head;
  return name === null ? null : { name: name.text.slice(0, 200), kind: "function", body };
};

export const elixirRules: SyntaxRules = {
  declarations: { call: elixirCall },
  comments: ["unary_operator"],
  closed: ["string", "list", "map", "sigil"],
};

export const erlangRules: SyntaxRules = {
  declarations: {
    spec: declares("function", { name: ["fun"], body: [], isClause: true }),
    fun_decl: declares("function", { name: ["clause/name"], body: ["clause/body"], isClause: true }),
    record_decl: declares("type", { body: ["fields"] }),
    ...each("type_alias opaque nominal", declares("type", { name: ["name/name"] })),
    pp_define: declares("block", { name: ["lhs/name"] }),
  },
};

/** `build = { name }: {...}`: what a set binds, where it takes some lines. */
const nixBinding: Finder = (node) => {
  const name = node.childForFieldName("attrpath");
  const body = node.childForFieldName("expression");
  if (name === null || body === null || node.startPosition.row === node.endPosition.row) return null;
  const isFunction = body.type === "function_expression";
  return { name: name.text.slice(0, 200), kind: isFunction ? "function" : "block", holds: "functions", body };
};

export const nixRules: SyntaxRules = {
  declarations: { binding: nixBinding },
  closed: ["indented_string_expression", "string_expression", "list_expression"],
};

export const nimRules: SyntaxRules = {
  declarations: {
    ...each(
      "proc_declaration func_declaration method_declaration template_declaration macro_declaration iterator_declaration converter_declaration",
      declares("function"),
    ),
    type_declaration: declares("type", {
      name: ["type_symbol_declaration/name"],
      body: ["object_declaration", "enum_declaration"],
    }),
  },
};
