import type { Language, Node, Tree, TreeCursor } from "web-tree-sitter";
import { fallsApart, type Declaration } from "../declaration-segments.ts";
import { docAbove, docOfComments, leadingStart } from "../doc-comments.ts";
import { isBlank } from "../segments.ts";
import { foundByRule, maxNameChars, namesMembers, partedName } from "./rule-findings.ts";
import type { DeclarationRule, Finder, Found, Surroundings, SyntaxRules } from "./syntax-rule.ts";
import { signatureOf } from "./signature.ts";

/** What the walk does with a node of a type; a rule says what it declares. */
type Action = "search" | "skip" | "comment" | "attribute" | "wrapper" | DeclarationRule | Finder;
export type Actions = readonly Action[];

// Deeper trees come from generated or broken text; what is below belongs to what is above.
const maxDepth = 150;
const maxCommentChars = 2_000;

/** What to do with each node type of a grammar, by the number that it has there. */
export function actionsOf(language: Language, rules: SyntaxRules): Actions {
  const { declarations, wrappers = [], attributes = [], closed = [], comments = [] } = rules;
  return Array.from({ length: language.nodeTypeCount }, (_, id): Action => {
    const type = language.nodeTypeForId(id);
    if (type === null || !language.nodeTypeIsNamed(id)) return "skip";
    const rule = Object.hasOwn(declarations, type) ? declarations[type] : undefined;
    if (rule !== undefined) return rule;
    if (wrappers.includes(type)) return "wrapper";
    if (attributes.includes(type)) return "attribute";
    if (closed.includes(type)) return "skip";
    return comments.includes(type) || /comment|haddock|groovy_doc/.test(type) ? "comment" : "search";
  });
}

/** What stands above a declaration or around it, and belongs to it. */
interface Cover {
  /** Its first line, and the place in the text where its own words begin. */
  readonly start: number;
  readonly startIndex: number;
  readonly comments: readonly string[];
}

interface Lead extends Cover {
  end: number;
  readonly comments: string[];
}

/** The lines of a declaration, or of the file, while declarations are looked for in them. */
interface Region {
  readonly declarations: OpenDeclaration[];
  /** The first line that no declaration has taken yet. */
  free: number;
  readonly last: number;
  readonly surroundings: Surroundings;
  readonly isOfMethods: boolean;
}

interface OpenDeclaration extends Declaration {
  name: string;
  end: number;
  readonly isClause: boolean;
}

interface Walk {
  readonly cursor: TreeCursor;
  readonly text: string;
  readonly lines: readonly string[];
  readonly actions: Actions;
  readonly separator: RegExp | null;
  depth: number;
}

/** The declarations of a tree, in the order of their lines; members only of those that fall apart. */
export function outlineTree(
  tree: Tree,
  options: { text: string; lines: readonly string[]; actions: Actions; rules: SyntaxRules },
): Declaration[] {
  const cursor = tree.walk();
  try {
    const { text, lines, actions, rules } = options;
    const walk: Walk = { cursor, text, lines, actions, separator: rules.nameSeparator ?? null, depth: 0 };
    const region = openRegion({ free: 0, last: lines.length - 1 }, "top", false);
    searchChildren(walk, region);
    return region.declarations;
  } finally {
    cursor.delete();
  }
}

function openRegion(lines: { free: number; last: number }, surroundings: Surroundings, isOfMethods: boolean): Region {
  return { ...lines, declarations: [], surroundings, isOfMethods };
}

/** Declarations among the children of the cursor's node, and below those that take more than a line. */
function searchChildren(walk: Walk, region: Region): void {
  const { cursor, actions } = walk;
  if (walk.depth >= maxDepth || !cursor.gotoFirstChild()) return;
  walk.depth++;
  let lead: Lead | null = null;
  let isOnNext = false;
  do {
    isOnNext = false;
    const action = actions[cursor.nodeTypeId] ?? "search";
    if (action === "skip") continue;
    if (action === "comment" || action === "attribute") {
      lead = leadWith(walk, lead, action);
      continue;
    }
    if (action === "search") {
      searchTall(walk, region);
    } else {
      const cover = coverOf(cursor, lead);
      if (action === "wrapper") searchWrapper(walk, region, cover);
      else isOnNext = declare(walk, region, { action, cover });
    }
    lead = null;
  } while (isOnNext || cursor.gotoNextSibling());
  cursor.gotoParent();
  walk.depth--;
}

function searchTall(walk: Walk, region: Region): void {
  // Some grammars have a node around all of a file, which may be of one line.
  const isOutermost = walk.depth === 1;
  if (isOutermost || walk.cursor.startPosition.row < walk.cursor.endPosition.row) searchChildren(walk, region);
}

/** A wrapper's declarations begin where it begins, with the comment above it, and the last ends where it ends. */
function searchWrapper(walk: Walk, region: Region, cover: Cover): void {
  const { cursor, actions } = walk;
  const end = lastRow(cursor);
  if (walk.depth >= maxDepth || !cursor.gotoFirstChild()) return;
  walk.depth++;
  const known = region.declarations.length;
  do {
    const action = actions[cursor.nodeTypeId] ?? "search";
    if (action === "skip" || action === "comment" || action === "attribute") continue;
    const own = region.declarations.length === known ? cover : coverOf(cursor, null);
    if (action === "search") searchTall(walk, region);
    else if (action === "wrapper") searchWrapper(walk, region, own);
    else if (!declare(walk, region, { action, cover: own })) continue;
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
  walk.depth--;
  const last = region.declarations.at(-1);
  // What only stood somewhere inside began later than the wrapper, and does not end with it either.
  if (last === undefined || region.declarations.length === known || region.declarations[known]?.start !== cover.start)
    return;
  last.end = Math.min(Math.max(last.end, end), region.last);
  region.free = last.end + 1;
}

function coverOf(cursor: TreeCursor, lead: Lead | null): Cover {
  const { startIndex } = cursor;
  const start = cursor.startPosition.row;
  if (lead === null || lead.end + 1 < start) return { start, startIndex, comments: [] };
  return { start: lead.start, startIndex, comments: lead.comments };
}

function leadWith(walk: Walk, lead: Lead | null, action: "comment" | "attribute"): Lead | null {
  const { cursor, text, lines } = walk;
  const start = cursor.startPosition.row;
  const { startIndex } = cursor;
  // A comment behind code belongs to that code.
  if (!isFirstOnLine(text, startIndex)) return action === "attribute" ? lead : null;
  const words =
    action === "comment" ? [text.slice(startIndex, Math.min(cursor.endIndex, startIndex + maxCommentChars))] : [];
  let end = lastRow(cursor);
  // Elixir's `@doc` is a statement: a blank line does not part it from its function.
  if (words[0]?.startsWith("@doc") === true && isBlank(lines[end + 1])) end++;
  if (lead === null || lead.end + 1 < start) return { start, startIndex, end, comments: words };
  lead.end = end;
  lead.comments.push(...words);
  return lead;
}

/** Adds what the cursor's node declares; true when the cursor went on to a node that nothing was done with yet. */
function declare(
  walk: Walk,
  region: Region,
  { action, cover }: { action: DeclarationRule | Finder; cover: Cover },
): boolean {
  const { cursor } = walk;
  const node = cursor.currentNode;
  const rule = typeof action === "function" ? null : action;
  const found = typeof action === "function" ? action(node, region.surroundings) : foundByRule(node, action);
  if (found === null) {
    searchTall(walk, region);
    return false;
  }
  let end = lastRow(cursor);
  let { body } = found;
  let isOnNext = false;
  if (rule?.bodyFollows !== undefined && cursor.gotoNextSibling()) {
    isOnNext = cursor.nodeType !== rule.bodyFollows;
    if (!isOnNext) {
      body = cursor.currentNode;
      end = lastRow(cursor);
    }
  }
  add(walk, region, { found: { ...found, body: body ?? null }, node, rule, cover, end: Math.min(end, region.last) });
  return isOnNext;
}

interface Finding {
  readonly found: Found;
  readonly node: Node;
  readonly rule: DeclarationRule | null;
  readonly cover: Cover;
  readonly end: number;
}

function add(walk: Walk, region: Region, { found, node, rule, cover, end }: Finding): void {
  const previous = region.declarations.at(-1);
  const isClause = rule?.isClause === true;
  if (isClause && previous?.isClause === true && previous.name === found.name) {
    previous.end = Math.max(previous.end, end);
    region.free = previous.end + 1;
    return;
  }
  if (end < region.free) {
    // A line belongs to one declaration; those that share it share its chunk and its name.
    const isNew = previous?.name.split(", ").includes(found.name) === false;
    if (previous !== undefined && isNew && previous.name.length < maxNameChars) previous.name += `, ${found.name}`;
    return;
  }
  const { start, doc } = leadOf(walk, cover, region.free);
  const { name, outer } = partedName(found, walk.separator);
  const isContainer = found.holds !== undefined || found.kind === "class" || found.kind === "type";
  const hasMembers = namesMembers(found) || fallsApart(end - start + 1, isContainer);
  const members = hasMembers ? membersOf(walk, { found, node, end }) : [];
  const isMethod = found.kind === "function" && (region.isOfMethods || (rule?.outer !== undefined && outer.length > 0));
  region.declarations.push({
    kind: isMethod ? "method" : found.kind,
    name,
    start,
    end,
    signature: signatureOf(walk.text, { node, start: cover.startIndex, body: found.body ?? null }),
    doc: doc ?? found.doc ?? null,
    outer,
    members,
    isClause,
  });
  region.free = end + 1;
}

/** Some grammars put a comment above a declaration elsewhere in the tree; then the lines tell. */
function leadOf({ lines }: Walk, cover: Cover, free: number): { start: number; doc: string | null } {
  const line = Math.max(cover.start, free);
  if (cover.comments.length > 0 || line > cover.start) return { start: line, doc: docOfComments(cover.comments) };
  const start = leadingStart(lines, { line, floor: free });
  return { start, doc: docAbove(lines, { start, line }) };
}

function membersOf(walk: Walk, { found, node, end }: Pick<Finding, "found" | "node" | "end">): Declaration[] {
  const isNamespace = found.holds === "functions" && found.kind === "block";
  const surroundings = isNamespace
    ? "top"
    : found.holds === undefined && found.kind === "function"
      ? "function"
      : "members";
  const region = openRegion(
    { free: node.startPosition.row + 1, last: end },
    surroundings,
    found.holds === "methods" || (found.holds === undefined && found.kind === "class"),
  );
  searchChildren(walk, region);
  return region.declarations;
}

function isFirstOnLine(text: string, index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 10) return true;
    if (code !== 32 && code !== 9) return false;
  }
  return true;
}

/** The last line of the cursor's node; one that ends at the start of a line ended on the line before. */
function lastRow(cursor: TreeCursor): number {
  const { row, column } = cursor.endPosition;
  return column === 0 && row > cursor.startPosition.row ? row - 1 : row;
}
