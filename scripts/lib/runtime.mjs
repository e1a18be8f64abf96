import { findNode, minimumNode } from "../../bin/runtime.mjs";

/** Path of a Node that runs the program: our own when new enough, else the one that npm installed. Throws when there is none. */
export function requireNode(root) {
  const node = findNode(root);
  if (node) return node;
  throw new Error(
    `The program needs Node ${minimumNode} or newer, this is ${process.version}, and node_modules/node holds none ` +
      `(npm may have been told not to run install scripts). Run "npm ci --ignore-scripts=false", or install Node 24.`,
  );
}
