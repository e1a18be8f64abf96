import { expect, it } from "vitest";
import { forbiddenImports } from "../../scripts/lib/import-walls.mjs";

it("a folder may import itself and what the table allows", () => {
  const text = 'import { z } from "zod";\nimport type { A } from "../core/a.ts";\nexport { b } from "./b.ts";\n';
  expect(forbiddenImports("workspace/scanner.ts", text)).toEqual([]);
});

it.each([
  ["hub/hub.ts", 'import { x } from "../session/x.ts";'],
  ["hub/routes/deep.ts", 'import type {\n  x,\n} from "../../workspace/x.ts";'],
  ["session/tools/search.ts", 'const m = await import("../../catalog/catalog.ts");'],
  ["session/main.ts", 'import "../engine/x.ts";'],
  ["ingest/pipeline.ts", 'export * from "../catalog/x.ts";'],
  ["core/errors.ts", 'import { join } from "node:path";'],
  ["hub/hub.ts", 'import { ChromaClient } from "chromadb";'],
  ["cli/main.ts", 'import { x } from "../../scripts/x.ts";'],
])("a forbidden import is refused: %s with %s", (file, text) => {
  expect(forbiddenImports(file, `const before = 1;\n${text}\n`)).toHaveLength(1);
});

it("a folder that the table does not know is refused", () => {
  expect(forbiddenImports("misc/x.ts", "")[0]).toContain('"misc" is not in the table');
});
