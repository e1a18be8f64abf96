import { z } from "zod";
import { countOf } from "../../core/quantities.ts";
import { listFileTypes } from "../../extract/registry.ts";
import { defineTool } from "./tool.ts";

export const listFileTypesTool = defineTool({
  name: "list_file_types",
  title: "List file types",
  description: "List the supported file types: category, extensions, and what is extracted from each.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({}),
  run: () => {
    const types = listFileTypes();
    const byCategory = Map.groupBy(types, (type) => type.category);
    const lines = [`${countOf(types.length, "file type")}:`];
    for (const [category, members] of byCategory) {
      lines.push(`${category}:`);
      for (const type of members) {
        const names = [...type.extensions.map((extension) => `.${extension}`), ...type.fileNames].join(" ");
        lines.push(`- ${type.id}: ${names}: ${type.extracts}`);
      }
    }
    return Promise.resolve(lines.join("\n"));
  },
});
