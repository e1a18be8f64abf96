import type { Node } from "web-tree-sitter";
import { childOfType, declares, each, repeatsName, type Finder, type SyntaxRules } from "./syntax-rule.ts";

const declarator = ["declarator*"];
const cFunction = declares("function", { name: declarator });

/** `struct store { ... }` declares; `struct store x;` and an unnamed one inside of a typedef do not. */
const recordType: Finder = (node) => {
  const [name, body] = [node.childForFieldName("name"), node.childForFieldName("body")];
  if (name === null || body === null) return null;
  const isClass = node.type === "class_specifier" || node.type === "struct_specifier";
  return { name: name.text, kind: isClass ? "class" : "type", holds: "methods", body };
};

/** What a header promises: `int load(const char *path);`, at the top or among a class's members, where it takes some lines. */
const prototype: Finder = (node, surroundings) => {
  if (surroundings === "function") return null;
  let isFunction = false;
  let name: Node | null = null;
  for (let at = node.childForFieldName("declarator"), depth = 0; at !== null && depth < 20; depth++) {
    if (at.type === "function_declarator") isFunction = true;
    name = at;
    at = at.childForFieldName("declarator");
  }
  // Macros that stand where a declaration would give anything but a name.
  if (!isFunction || name === null || !/^[\w:~]{1,200}$/.test(name.text)) return null;
  return { name: name.text, kind: surroundings === "members" ? "method" : "function" };
};

/** `loadPath:mode:` of `- (void)loadPath:(NSString *)path mode:(int)mode`. */
const objcMethod: Finder = (node) => {
  const words: string[] = [];
  for (const child of node.namedChildren) if (child.type === "identifier") words.push(child.text);
  const hasParameters = childOfType(node, ["method_parameter"]) !== null;
  const name = words.map((word) => (hasParameters ? `${word}:` : word)).join("");
  return name === "" ? null : { name, kind: "method", body: childOfType(node, ["compound_statement"]) };
};

export const cRules: SyntaxRules = {
  declarations: {
    function_definition: cFunction,
    ...each("struct_specifier union_specifier enum_specifier class_specifier", recordType),
    type_definition: declares("type", { name: ["declarator*"], body: ["type/body"], alias: ["type"] }),
    preproc_function_def: declares("function", { body: ["value"] }),
    declaration: prototype,
    field_declaration: prototype,
    namespace_definition: declares("block", { holds: "functions", otherwise: "(anonymous)" }),
    concept_definition: declares("type"),
    alias_declaration: declares("type", { alias: ["type"] }),
    // Objective-C
    ...each(
      "class_interface class_implementation protocol_declaration",
      declares("class", {
        name: ["identifier"],
        body: ["property_declaration", "implementation_definition"],
        holds: "methods",
      }),
    ),
    ...each("method_definition method_declaration", objcMethod),
  },
  wrappers: ["template_declaration", "linkage_specification", "implementation_definition"],
  closed: ["initializer_list", "string_literal", "raw_string_literal", "parameter_list"],
  nameSeparator: /::/,
};

export const goRules: SyntaxRules = {
  declarations: {
    function_declaration: declares("function"),
    method_declaration: declares("method", { outer: ["receiver/parameter_declaration/type"] }),
    ...each("type_spec", declares("type", { body: ["type"] })),
    type_alias: declares("type", { body: ["type"], alias: ["type"] }),
    ...each("const_spec var_spec", (node, surroundings) => {
      const name = node.childForFieldName("name");
      if (name === null || surroundings !== "top" || repeatsName(name.text, node.childForFieldName("value")))
        return null;
      return { name: name.text, kind: "block" };
    }),
  },
  wrappers: ["type_declaration", "const_declaration", "var_declaration"],
  closed: ["composite_literal", "raw_string_literal", "interpreted_string_literal", "import_declaration"],
};

export const rustRules: SyntaxRules = {
  declarations: {
    ...each("function_item function_signature_item", declares("function")),
    ...each("struct_item enum_item union_item", declares("type")),
    trait_item: declares("type", { holds: "methods" }),
    impl_item: declares("class", { name: ["type/type", "type"], holds: "methods" }),
    type_item: declares("type", { alias: ["type"] }),
    // `mod books;` names another file.
    mod_item: (node) => {
      const [name, body] = [node.childForFieldName("name"), node.childForFieldName("body")];
      return name === null || body === null ? null : { name: name.text, kind: "block", holds: "functions", body };
    },
    macro_definition: declares("function", { body: ["macro_rule"] }),
    ...each("const_item static_item", (node, surroundings) => {
      const name = node.childForFieldName("name");
      return name === null || surroundings === "function" ? null : { name: name.text, kind: "block" };
    }),
  },
  attributes: ["attribute_item"],
  closed: ["token_tree", "array_expression", "string_literal", "raw_string_literal"],
};

/** `pub const Store = struct {...}`. */
const zigVariable: Finder = (node, surroundings) => {
  const name = childOfType(node, ["identifier"]);
  const body = childOfType(node, ["struct_declaration", "enum_declaration", "union_declaration", "opaque_declaration"]);
  if (name === null) return null;
  if (body !== null) return { name: name.text, kind: "type", holds: "functions", body };
  return surroundings !== "top" || isZigImport(name.text, node.lastNamedChild)
    ? null
    : { name: name.text, kind: "block" };
};

/** `const Row = @import("books.zig").Row`, `const Row = books.Row`. */
function isZigImport(name: string, value: Node | null): boolean {
  return /^@c?[iI]mport\b/.test(value?.text.slice(0, 20) ?? "") || repeatsName(name, value);
}

export const zigRules: SyntaxRules = {
  declarations: {
    function_declaration: declares("function"),
    variable_declaration: zigVariable,
    test_declaration: (node) => {
      const name = childOfType(node, ["string", "identifier"]);
      return { name: unquoted(name) ?? "test", kind: "function", body: childOfType(node, ["block"]) };
    },
  },
};

export const adaRules: SyntaxRules = {
  declarations: {
    ...each("package_body package_declaration", declares("block", { holds: "functions" })),
    ...each(
      "subprogram_body subprogram_declaration expression_function_declaration",
      declares("function", {
        name: ["procedure_specification/name", "function_specification/name"],
        body: ["handled_sequence_of_statements"],
      }),
    ),
    ...each("full_type_declaration task_body protected_body", declares("type", { name: ["name", "identifier"] })),
  },
};

export const fortranRules: SyntaxRules = {
  declarations: {
    ...each(
      "module submodule program",
      declares("block", {
        name: ["module_statement/name", "program_statement/name"],
        holds: "functions",
        otherwise: "program",
      }),
    ),
    subroutine: declares("function", { name: ["subroutine_statement/name"], body: ["subroutine_call"] }),
    function: declares("function", { name: ["function_statement/name"], body: ["subroutine_call"] }),
    derived_type_definition: declares("type", { name: ["derived_type_statement/type_name"] }),
  },
};

function unquoted(node: Node | null): string | null {
  return node === null ? null : node.text.replaceAll(/^["']|["']$/g, "");
}
