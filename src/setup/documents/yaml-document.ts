import type { ConfigTable } from "../client-adapter.ts";
import { CommonsError } from "../../core/errors.ts";
import type { OpenDocument } from "./config-document.ts";
import { editedDocument, type FormatEditor } from "./edited-document.ts";
import { putIntoYaml, removeFromYaml } from "./yaml-edits.ts";
import { rootMap, yamlTree } from "./yaml-tree.ts";

/** One document of YAML 1.2, edited by positions: the library's own writer lays the whole file out anew. */
export const openYaml: OpenDocument = (text) => editedDocument(yamlEditor, text);

const yamlEditor: FormatEditor = {
  format: "yaml",
  // Its parser compares each name with all others of the map.
  largestLength: 250_000,
  read,
  put: (text, { keys, value }) => putIntoYaml(text, keys, value),
  remove: removeFromYaml,
};

function read(text: string): ConfigTable {
  const document = yamlTree(text);
  if (rootMap(document) === null) return {};
  try {
    // Safe: the core schema has no other values, and the top is a map.
    return document.toJS() as ConfigTable;
  } catch (error) {
    // Aliases of aliases can stand for more than memory holds.
    if (!(error instanceof ReferenceError) && !(error instanceof RangeError)) throw error;
    throw new CommonsError(
      "CLIENT_FILE_UNUSABLE",
      "The file has aliases that lead nowhere or stand for too much, or is nested too deeply.",
      {
        hint: "Look at what it holds. Nothing was changed.",
        cause: error,
      },
    );
  }
}
