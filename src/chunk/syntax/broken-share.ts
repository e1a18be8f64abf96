import type { Tree, TreeCursor } from "web-tree-sitter";

const maxVisited = 20_000;
const maxDepth = 300;

/** The share of a tree's text that stands in nodes which the grammar could make no sense of, from 0 to 1. */
export function brokenShare(tree: Tree): number {
  const root = tree.rootNode;
  const size = root.endIndex - root.startIndex;
  if (!root.hasError || size === 0) return 0;
  const cursor = tree.walk();
  try {
    return Math.min(1, brokenChars(cursor, { visited: 0, depth: 0 }) / size);
  } finally {
    cursor.delete();
  }
}

/** What inside of a broken node does make sense, over more than a line, is not counted as broken. */
function brokenChars(cursor: TreeCursor, budget: { visited: number; depth: number }): number {
  const node = cursor.currentNode;
  budget.visited++;
  if (!node.hasError && !node.isError) return 0;
  const isBroken = node.isError;
  let broken = isBroken ? node.endIndex - node.startIndex : 0;
  if (budget.visited > maxVisited || budget.depth > maxDepth || !cursor.gotoFirstChild()) return broken;
  budget.depth++;
  do {
    const child = cursor.currentNode;
    if (isBroken && !child.isError && child.startPosition.row < child.endPosition.row)
      broken -= child.endIndex - child.startIndex;
    if (child.hasError) broken += brokenChars(cursor, budget);
  } while (cursor.gotoNextSibling());
  budget.depth--;
  cursor.gotoParent();
  return broken;
}
