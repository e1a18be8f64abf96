import { CommonsError } from "../../core/errors.ts";
import type { ConfigFormat } from "../client-adapter.ts";
import type { ConfigDocument, OpenDocument } from "./config-document.ts";
import { openJsonc } from "./jsonc-document.ts";
import { openToml } from "./toml-document.ts";

const openers: Readonly<Partial<Record<ConfigFormat, OpenDocument>>> = { toml: openToml, jsonc: openJsonc };

/** Reads a text of the format; see OpenDocument. */
export function openDocument(format: ConfigFormat, text: string): ConfigDocument {
  const open = openers[format];
  if (open === undefined) throw new CommonsError("INTERNAL", `No reader for ${format} yet.`);
  return open(text);
}
