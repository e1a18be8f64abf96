import type { Node } from "web-tree-sitter";
import type { ChunkKind } from "../../core/document.ts";

/** What a node declares. */
export interface Found {
  readonly name: string;
  readonly kind: ChunkKind;
  /** What the signature ends before. */
  readonly body?: Node | null;
  /** Names that enclose it though they stand at the name itself: "Store" in `Store.prototype.save`. */
  readonly outer?: readonly string[];
  readonly holds?: "methods" | "functions";
  /** It encloses classes and functions as a namespace does: while it stays whole, its members add their names. */
  readonly isNamespace?: boolean;
  readonly doc?: string | null;
}

/** Where a node stands: not in a declaration, among the members of a container, or inside a function that is cut open. */
export type Surroundings = "top" | "members" | "function";

/**
 * How a node type declares something. A step of `name` or `body` is a field or a child's type; "a/b" goes through both,
 * "a*" goes through `a` as long as there is one; the first that is there counts.
 */
export interface DeclarationRule {
  readonly kind: ChunkKind;
  readonly name: readonly string[];
  readonly body?: readonly string[];
  /** A container of functions or methods; it falls apart sooner than a function. */
  readonly holds?: "methods" | "functions";
  /** See `Found`. */
  readonly isNamespace?: boolean;
  /** Where a name that encloses it stands: a receiver, the class before "::". Stars, ampersands and type arguments are cut off. */
  readonly outer?: readonly string[];
  /** Without a name it still counts, under this one. */
  readonly otherwise?: string;
  /** The body is the next node, not a part of this one. */
  readonly bodyFollows?: string;
  /** A run of these under one name is one declaration: the clauses of a function. */
  readonly isClause?: boolean;
  /** What it is another name for. One that only repeats the last word of a path (`type Row = books.Row`) is an import. */
  readonly alias?: readonly string[];
  /** The first statement of the body may be a string that documents it. */
  readonly hasDocstring?: boolean;
}

/** Looks closer at a node than a rule can; null when it declares nothing. */
export type Finder = (node: Node, surroundings: Surroundings) => Found | null;

/** How a language's declarations stand in its syntax tree, by the types of nodes. */
export interface SyntaxRules {
  readonly declarations: Readonly<Record<string, DeclarationRule | Finder>>;
  /** What is around a declaration and belongs to it, with the comment above: `export`, decorators, `template <...>`. */
  readonly wrappers?: readonly string[];
  /** What belongs to the declaration below without being a comment: attributes, decorators. */
  readonly attributes?: readonly string[];
  /** What documents the declaration below though its type does not say "comment". */
  readonly comments?: readonly string[];
  /** Never searched, however long: strings and the like. */
  readonly closed?: readonly string[];
  /** What parts the enclosing name from the name itself in a name such as `Store.save`. */
  readonly nameSeparator?: RegExp;
}

/** Rules without a name and body of their own: those of most grammars. */
export function declares(kind: ChunkKind, rest: Partial<DeclarationRule> = {}): DeclarationRule {
  return { kind, name: ["name"], body: ["body"], ...rest };
}

/** The same rule for several node types. */
export function each(types: string, rule: DeclarationRule | Finder): Record<string, DeclarationRule | Finder> {
  return Object.fromEntries(types.split(" ").map((type) => [type, rule]));
}

/** Whether a value is a path that ends in the name, such as `books::Row` for "Row": it brings in what stands elsewhere. */
export function repeatsName(name: string, value: Node | null): boolean {
  if (value === null || value.endIndex - value.startIndex > 200) return false;
  const { text } = value;
  return text.endsWith(name) && /^(?:[\w$]+(?:\.|::|\?\.|\s+))*$/.test(text.slice(0, -name.length));
}

/** The first named child of one of the types. */
export function childOfType(node: Node, types: readonly string[]): Node | null {
  for (let index = 0; index < node.namedChildCount; index++) {
    const child = node.namedChild(index);
    if (child !== null && types.includes(child.type)) return child;
  }
  return null;
}

/** The node that one of the steps leads to; see `DeclarationRule`. */
export function follow(node: Node, steps: readonly string[]): Node | null {
  for (const step of steps) {
    const found = followStep(node, step);
    if (found !== null) return found;
  }
  return null;
}

function followStep(node: Node, step: string): Node | null {
  let current: Node | null = node;
  for (const part of step.split("/")) {
    if (current === null) return null;
    if (!part.endsWith("*")) {
      current = current.childForFieldName(part) ?? childOfType(current, [part]);
      continue;
    }
    const field = part.slice(0, -1);
    let inner: Node | null = current.childForFieldName(field);
    if (inner === null) return null;
    for (let depth = 0; inner !== null && depth < 20; depth++) {
      current = inner;
      inner = current.childForFieldName(field);
    }
  }
  return current;
}
