import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const tableFile = join("src", "chunk", "syntax", "grammars.ts");

/**
 * Puts the grammars that `src/chunk/syntax/grammars.ts` names, and the parser's own program, into `directory`, compressed: 80 MB
 * become 8. Does nothing when what is there was made of the same packages and the same table.
 */
export async function shipGrammars(directory, root) {
  if (!existsSync(join(root, tableFile))) return;
  const wanted = await wantedFiles(root);
  const label = JSON.stringify({ files: wanted.map(({ name }) => name), versions: await versionsOf(root) });
  const labelFile = join(directory, "grammars.json");
  if (existsSync(labelFile) && (await readFile(labelFile, "utf8")) === label) return;
  await mkdir(directory, { recursive: true });
  await rm(labelFile, { force: true });
  for (const { name, source } of wanted) {
    const scratch = join(directory, `${name}.${process.pid}`);
    await writeFile(scratch, await promisify(gzip)(await readFile(source)));
    await rename(scratch, join(directory, name));
  }
  const names = wanted.map(({ name }) => name);
  for (const name of await readdir(directory)) if (!names.includes(name)) await rm(join(directory, name));
  await writeFile(labelFile, label);
}

async function wantedFiles(root) {
  const { transform } = await import("esbuild");
  const table = await readFile(join(root, tableFile), "utf8");
  const { code } = await transform(table, { loader: "ts", format: "esm" });
  const { grammarsByLanguage } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const modules = join(root, "node_modules");
  const grammars = [...new Set(Object.values(grammarsByLanguage))].map((grammar) => ({
    name: `${grammar}.wasm.gz`,
    source: join(modules, "tree-sitter-wasm", "out", grammar, `tree-sitter-${grammar}.wasm`),
  }));
  return [
    { name: "web-tree-sitter.wasm.gz", source: join(modules, "web-tree-sitter", "web-tree-sitter.wasm") },
    ...grammars,
  ];
}

async function versionsOf(root) {
  const versions = [];
  for (const name of ["tree-sitter-wasm", "web-tree-sitter"]) {
    const { version } = JSON.parse(await readFile(join(root, "node_modules", name, "package.json"), "utf8"));
    versions.push(version);
  }
  return versions;
}
