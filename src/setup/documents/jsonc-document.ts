import { getNodeValue } from "jsonc-parser";
import type { ConfigTable } from "../client-adapter.ts";
import type { OpenDocument } from "./config-document.ts";
import { editedDocument, type FormatEditor } from "./edited-document.ts";
import { putIntoJson, removeFromJson } from "./jsonc-edits.ts";
import { jsonTree } from "./jsonc-tree.ts";

/** JSON, with or without comments and commas at the end; what is added has neither. A name that stands twice is refused where it leads to the entry. */
export const openJsonc: OpenDocument = (text) => editedDocument(jsoncEditor, text);

const jsoncEditor: FormatEditor = {
  format: "jsonc",
  // Claude Code keeps its history there.
  largestLength: 20_000_000,
  read: (text) => {
    const root = jsonTree(text);
    // Safe: the tree's root is an object, and JSON has no other values than a ConfigTable.
    return root === null ? {} : (getNodeValue(root) as ConfigTable);
  },
  put: (text, { keys, value }) => putIntoJson(text, keys, value),
  remove: removeFromJson,
};
