import type { Node } from "web-tree-sitter";
import { docOfString } from "../doc-comments.ts";
import { childOfType, follow, repeatsName, type DeclarationRule, type Found } from "./syntax-rule.ts";

export const maxNameChars = 200;

/** What a node declares by the rule for its type; null when it has no name. */
export function foundByRule(node: Node, rule: DeclarationRule): Found | null {
  const named = follow(node, rule.name);
  const name = named === null ? rule.otherwise : nameOf(named);
  if (name === undefined || name === "") return null;
  if (rule.alias !== undefined && repeatsName(name, follow(node, rule.alias))) return null;
  const body = rule.body === undefined ? null : follow(node, rule.body);
  const outer = rule.outer === undefined ? null : follow(node, rule.outer);
  const outerName =
    outer === null
      ? ""
      : outer.text
          .replace(/^[*&\s]+/, "")
          .replace(/[[<(].*$/s, "")
          .trim();
  return {
    name,
    kind: rule.kind,
    body,
    ...(rule.holds === undefined ? {} : { holds: rule.holds }),
    ...(rule.isNamespace === undefined ? {} : { isNamespace: rule.isNamespace }),
    ...(outerName === "" ? {} : { outer: [outerName] }),
    doc: rule.hasDocstring === true ? docstringOf(node, body) : null,
  };
}

function nameOf(node: Node): string {
  const text = node.endIndex - node.startIndex > maxNameChars ? "" : node.text;
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^[`"'[]+|[`"'\]]+$|\*$/g, "")
    .trim();
}

/** Whether the members of what stays whole add their names to it. */
export function namesMembers(found: Found): boolean {
  return found.isNamespace ?? (found.holds === "functions" && found.kind !== "function");
}

/** `Store::load` is `load` in `Store`, and `Store<T>::operator()` is `operator()` there. */
export function partedName(found: Found, separator: RegExp | null): { name: string; outer: readonly string[] } {
  const outer = found.outer ?? [];
  const whole = found.name.replaceAll(/\s+/g, " ").slice(0, maxNameChars).toWellFormed();
  if (separator === null || !separator.test(whole)) return { name: whole, outer };
  const operator = /\boperator\b.*$/.exec(whole)?.[0] ?? "";
  const path = withoutTypeArguments(whole.slice(0, whole.length - operator.length));
  if (/[\s(<]/.test(path)) return { name: whole, outer };
  const words = [...path.split(separator), operator].filter((word) => word !== "");
  return { name: words.at(-1) ?? whole, outer: [...outer, ...words.slice(0, -1)] };
}

/** `Store<Row<T>>::` is `Store::`. */
function withoutTypeArguments(path: string): string {
  let bare = path;
  for (let depth = 0; depth < 5 && bare.includes("<"); depth++) bare = bare.replaceAll(/<[^<>]*>/g, "");
  return bare;
}

/** Python has it in the body, GraphQL before the name. */
function docstringOf(node: Node, body: Node | null): string | null {
  const first = body?.firstNamedChild;
  const text =
    first?.type === "expression_statement" ? childOfType(first, ["string"]) : childOfType(node, ["description"]);
  return text === null ? null : docOfString(text.text);
}
