import type { ConfigFormat } from "../client-adapter.ts";
import type { ConfigDocument, OpenDocument } from "./config-document.ts";
import { openJsonc } from "./jsonc-document.ts";
import { openToml } from "./toml-document.ts";
import { openYaml } from "./yaml-document.ts";

const openers: Readonly<Record<ConfigFormat, OpenDocument>> = { toml: openToml, jsonc: openJsonc, yaml: openYaml };

/** Reads a text of the format; see OpenDocument. */
export function openDocument(format: ConfigFormat, text: string): ConfigDocument {
  return openers[format](text);
}
