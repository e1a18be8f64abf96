import { declares, each, type SyntaxRules } from "./syntax-rule.ts";

const method = declares("method");
const classOfMethods = declares("class", { holds: "methods" });
const typeOfMethods = declares("type", { holds: "methods" });
const namespaceOf = declares("block", { holds: "functions" });

export const javaRules: SyntaxRules = {
  declarations: {
    ...each("class_declaration record_declaration", classOfMethods),
    ...each("interface_declaration annotation_type_declaration enum_declaration", typeOfMethods),
    ...each("method_declaration constructor_declaration compact_constructor_declaration", method),
  },
  closed: ["array_initializer", "string_literal"],
};

export const kotlinRules: SyntaxRules = {
  declarations: {
    ...each(
      "class_declaration object_declaration",
      declares("class", { name: ["type_identifier"], body: ["class_body", "enum_class_body"], holds: "methods" }),
    ),
    companion_object: declares("class", {
      name: ["type_identifier"],
      body: ["class_body"],
      holds: "methods",
      otherwise: "Companion",
    }),
    function_declaration: declares("function", { name: ["simple_identifier"], body: ["function_body"] }),
    secondary_constructor: declares("method", { name: [], body: ["statements"], otherwise: "constructor" }),
    type_alias: declares("type", { name: ["type_identifier"] }),
  },
};

export const csharpRules: SyntaxRules = {
  declarations: {
    ...each("namespace_declaration", namespaceOf),
    ...each("class_declaration struct_declaration record_declaration", classOfMethods),
    ...each("interface_declaration enum_declaration", typeOfMethods),
    delegate_declaration: declares("type"),
    ...each(
      "method_declaration constructor_declaration destructor_declaration operator_declaration local_function_statement",
      declares("method", { otherwise: "operator" }),
    ),
    ...each(
      "property_declaration indexer_declaration",
      declares("method", { body: ["accessors", "value"], otherwise: "this" }),
    ),
  },
};

export const scalaRules: SyntaxRules = {
  declarations: {
    ...each(
      "class_definition object_definition given_definition",
      declares("class", { holds: "methods", otherwise: "given" }),
    ),
    ...each("trait_definition enum_definition", typeOfMethods),
    extension_definition: declares("class", { name: [], holds: "methods", otherwise: "extension" }),
    ...each("function_definition function_declaration", declares("function")),
    type_definition: declares("type", { alias: ["type"] }),
  },
};

export const groovyRules: SyntaxRules = {
  declarations: {
    class_definition: classOfMethods,
    ...each("function_definition function_declaration", declares("function", { name: ["function", "name"] })),
  },
};

export const swiftRules: SyntaxRules = {
  declarations: {
    class_declaration: classOfMethods,
    protocol_declaration: typeOfMethods,
    ...each("function_declaration protocol_function_declaration", declares("function")),
    init_declaration: declares("method", { name: [], otherwise: "init" }),
    deinit_declaration: declares("method", { name: [], otherwise: "deinit" }),
    subscript_declaration: declares("method", { name: [], otherwise: "subscript" }),
    typealias_declaration: declares("type"),
    macro_declaration: declares("function"),
  },
};

export const dartRules: SyntaxRules = {
  declarations: {
    ...each("class_definition mixin_declaration extension_type_declaration", {
      ...classOfMethods,
      name: ["name", "identifier"],
    }),
    extension_declaration: declares("class", { holds: "methods", otherwise: "extension" }),
    enum_declaration: typeOfMethods,
    type_alias: declares("type", { name: ["type_identifier"] }),
    ...each(
      "function_signature getter_signature setter_signature",
      declares("function", { bodyFollows: "function_body", name: ["name", "identifier"] }),
    ),
    method_signature: declares("method", {
      bodyFollows: "function_body",
      name: [
        "function_signature/name",
        "constructor_signature/name",
        "factory_constructor_signature/identifier",
        "getter_signature/name",
        "setter_signature/name",
        "operator_signature/binary_operator",
      ],
      otherwise: "operator",
    }),
  },
  attributes: ["annotation"],
};

export const phpRules: SyntaxRules = {
  declarations: {
    ...each("class_declaration trait_declaration", classOfMethods),
    ...each("interface_declaration enum_declaration", typeOfMethods),
    ...each("function_definition", declares("function")),
    method_declaration: method,
    namespace_definition: (node) => {
      const [name, body] = [node.childForFieldName("name"), node.childForFieldName("body")];
      // `namespace A;` encloses nothing.
      return name === null || body === null ? null : { name: name.text, kind: "block", holds: "functions", body };
    },
  },
  attributes: ["attribute_list"],
  closed: ["text", "heredoc", "string"],
};

export const dRules: SyntaxRules = {
  declarations: {
    ...each(
      "class_declaration interface_declaration struct_declaration union_declaration template_declaration mixin_template_declaration",
      declares("class", { name: ["identifier"], body: ["aggregate_body"], holds: "methods" }),
    ),
    enum_declaration: declares("type", { name: ["identifier"] }),
    function_declaration: declares("function", { name: ["identifier"], body: ["function_body"] }),
    constructor: declares("method", { name: [], body: ["function_body"], otherwise: "this" }),
    destructor: declares("method", { name: [], body: ["function_body"], otherwise: "~this" }),
    unittest_declaration: declares("function", { name: [], body: ["block_statement"], otherwise: "unittest" }),
  },
};

export const solidityRules: SyntaxRules = {
  declarations: {
    ...each("contract_declaration library_declaration", classOfMethods),
    interface_declaration: typeOfMethods,
    ...each("struct_declaration enum_declaration", declares("type")),
    ...each("function_definition modifier_definition event_definition", method),
    error_declaration: declares("type"),
    constructor_definition: declares("method", { name: [], otherwise: "constructor" }),
    fallback_receive_definition: declares("method", { name: [], otherwise: "receive" }),
  },
};
