import { childOfType, declares, each, type Finder, type SyntaxRules } from "./syntax-rule.ts";

const sqlName = ["object_reference", "name", "identifier"];

export const sqlRules: SyntaxRules = {
  declarations: {
    ...each(
      "create_table create_view create_materialized_view create_type create_schema create_sequence create_database create_extension",
      declares("type", { name: sqlName, body: ["column_definitions", "create_query"] }),
    ),
    create_index: declares("type", { name: ["column", "identifier", "object_reference"], body: [] }),
    ...each("create_function create_trigger", declares("function", { name: sqlName, body: ["function_body"] })),
    ...each("alter_table alter_view alter_type", declares("block", { name: sqlName, body: [] })),
  },
  wrappers: ["statement"],
};

export const cssRules: SyntaxRules = {
  declarations: {
    rule_set: (node) => {
      const selectors = childOfType(node, ["selectors"]);
      if (selectors === null) return null;
      const name = selectors.text.replaceAll(/\s+/g, " ").slice(0, 120);
      return { name, kind: "block", body: childOfType(node, ["block"]) };
    },
    ...each("media_statement supports_statement keyframes_statement at_rule scope_statement", (node) => {
      const body = childOfType(node, ["block", "keyframe_block_list"]);
      if (body === null) return null;
      const head = node.text.slice(0, Math.min(body.startIndex - node.startIndex, 200));
      return { name: head.replaceAll(/\s+/g, " ").trim(), kind: "block", holds: "functions", body };
    }),
  },
};

export const protoRules: SyntaxRules = {
  declarations: {
    message: declares("type", { name: ["message_name"], body: ["message_body"], holds: "functions" }),
    enum: declares("type", { name: ["enum_name"], body: ["enum_body"] }),
    service: declares("type", { name: ["service_name"], body: ["rpc"], holds: "methods" }),
    rpc: declares("method", { name: ["rpc_name"], body: ["block"] }),
    extend: declares("type", { name: ["full_ident"], body: ["message_body"] }),
  },
};

const graphqlType = declares("type", {
  hasDocstring: true,
  name: ["name"],
  body: ["fields_definition", "input_fields_definition", "enum_values_definition", "union_member_types"],
});

export const graphqlRules: SyntaxRules = {
  declarations: {
    ...each(
      "object_type_definition input_object_type_definition interface_type_definition enum_type_definition union_type_definition scalar_type_definition",
      graphqlType,
    ),
    ...each(
      "object_type_extension interface_type_extension input_object_type_extension enum_type_extension",
      graphqlType,
    ),
    directive_definition: declares("type"),
    operation_definition: declares("function", { name: ["name"], body: ["selection_set"], otherwise: "query" }),
    fragment_definition: declares("function", { name: ["fragment_name"], body: ["selection_set"] }),
  },
  wrappers: [
    "definition",
    "type_system_definition",
    "type_definition",
    "executable_definition",
    "type_system_extension",
    "type_extension",
  ],
};

/** `resource "aws_instance" "web" {...}`: the last label is the name, those before it enclose it. */
const hclBlock: Finder = (node, surroundings) => {
  if (surroundings !== "top") return null;
  const words: string[] = [];
  for (const child of node.namedChildren) {
    if (child.type === "identifier") words.push(child.text);
    else if (child.type === "string_lit") words.push(child.text.replaceAll('"', ""));
    else break;
  }
  const name = words.at(-1);
  return name === undefined
    ? null
    : { name, kind: "block", outer: words.slice(1, -1), body: childOfType(node, ["block_start"]) };
};

export const hclRules: SyntaxRules = { declarations: { block: hclBlock }, closed: ["attribute"] };

export const prismaRules: SyntaxRules = {
  declarations: each(
    "model_declaration enum_declaration type_declaration view_declaration datasource_declaration generator_declaration",
    declares("type", { name: ["identifier"], body: ["statement_block", "enum_block"] }),
  ),
};

export const makeRules: SyntaxRules = {
  declarations: {
    rule: declares("function", { name: ["targets"], body: ["recipe"] }),
    define_directive: declares("function", { body: ["value"] }),
  },
};

export const justRules: SyntaxRules = {
  declarations: { recipe: declares("function", { name: ["recipe_header/name"], body: ["recipe_body"] }) },
};

export const cmakeRules: SyntaxRules = {
  declarations: {
    function_def: declares("function", { name: ["function_command/argument_list/argument"], body: ["body"] }),
    macro_def: declares("function", { name: ["macro_command/argument_list/argument"], body: ["body"] }),
  },
};
