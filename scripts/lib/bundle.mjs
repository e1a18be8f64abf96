import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { programFacts, programPlugins, sessionPlugins } from "./bundle-plugins.mjs";
import { withDirectoryLock } from "./directory-lock.mjs";
import { shipGrammars } from "./ship-grammars.mjs";
import { shipTables } from "./ship-tables.mjs";

/** One bundle per process and per worker: the file in dist/ and the source that it begins with. */
const entries = {
  "cli.mjs": "src/cli/main.ts",
  "mcp.mjs": "src/session/main.ts",
  "container.mjs": "src/container/main.ts",
  "hub.mjs": "src/hub/main.ts",
  "catalog-worker.mjs": "src/catalog/catalog-worker.ts",
  "engine-host.mjs": "src/engine/engine-host.ts",
  "ingester.mjs": "src/session/ingester-process.ts",
  "reader.mjs": "src/reader/reader-process.ts",
  "onnx-host.mjs": "src/embed/models/onnx-host.ts",
  "catalog-process.mjs": "src/hub/catalog-process.ts",
};

// Not rebuilt with the programs: only other packages, or another trained table, change what is in them.
const grammarDirectory = "grammars";
const tableDirectory = "table";

// Bundled CommonJS packages call `require`, which ES modules do not have.
const banner =
  'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);';

/** What differs for programs whose start is waited for. They are in parts: what the first answer does not need loads later. */
const ownOptions = {
  "cli.mjs": () => ({ splitting: true, chunkNames: "cli-[hash]" }),
  "mcp.mjs": (facts) => ({
    plugins: sessionPlugins(facts),
    minify: true,
    splitting: true,
    chunkNames: "mcp-[hash]",
    banner: {},
  }),
  // One that only looks whether files changed loads neither a PDF library nor what compares code.
  "ingester.mjs": () => ({ minify: true, splitting: true, chunkNames: "ingester-[hash]" }),
  // A process that reads code loads no PDF library.
  "reader.mjs": () => ({ splitting: true, chunkNames: "reader-[hash]" }),
};

/** Files that a program loads by name. */
const partName = /^(?:cli|mcp|ingester|reader)-[^\\/]*\.mjs$/;

/** Bundles src/ into dist/ unless dist/ was made of the same input; resolves to `"built"` or `"unchanged"`. */
export async function buildProgram(root) {
  const input = await inputHash(root);
  if (await isBuilt(root, input)) return "unchanged";
  return await withDirectoryLock(join(root, ".cache", "build.lock"), async () => {
    if (await isBuilt(root, input)) return "unchanged";
    const scratch = join(root, ".cache", `dist-${process.pid}`);
    try {
      await bundleInto(scratch, root);
      await writeFile(join(scratch, "build.json"), `${JSON.stringify({ input })}\n`);
      // Before the programs that load them.
      await shipGrammars(join(root, "dist", grammarDirectory), root);
      await shipTables(join(root, "dist", tableDirectory), root);
      await replaceFiles(join(root, "dist"), scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return "built";
  });
}

async function isBuilt(root, input) {
  try {
    return JSON.parse(await readFile(join(root, "dist", "build.json"), "utf8")).input === input;
  } catch {
    return false;
  }
}

/** Hash over all that decides what the bundles hold: sources without tests, package.json, the lock file, how they are bundled. */
async function inputHash(root) {
  const sources = await readdir(join(root, "src"), { recursive: true, withFileTypes: true });
  const files = sources
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  files.push(join(root, "package.json"), join(root, "package-lock.json"));
  for (const name of ["bundle.mjs", "bundle-plugins.mjs", "lazy-zod.mjs", "ship-grammars.mjs", "ship-tables.mjs"])
    files.push(fileURLToPath(new URL(name, import.meta.url)));
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    hash.update(`\0${relative(root, file).split(sep).join("/")}\0`).update(await readFile(file));
  }
  return hash.digest("hex");
}

async function bundleInto(directory, root) {
  const { build } = await import("esbuild");
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  await mkdir(directory, { recursive: true });
  const builtAtMs = Date.now();
  const facts = programFacts(root);
  for (const [name, source] of Object.entries(entries)) {
    if (!existsSync(join(root, source))) {
      process.stderr.write(`Warning: ${source} does not exist; dist/${name} is not built.\n`);
      continue;
    }
    await build({
      absWorkingDir: root,
      entryPoints: [{ in: source, out: name.replace(/\.mjs$/, "") }],
      outdir: directory,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      target: "node22.18",
      format: "esm",
      sourcemap: "linked",
      external: ["chromadb", "chromadb-js-bindings-*", "sharp"],
      // Its main file asks for its parts in a way that no bundler follows.
      alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
      define: { __COMMONS_VERSION__: JSON.stringify(version), __COMMONS_BUILD__: String(builtAtMs) },
      banner: { js: banner },
      logLevel: "warning",
      // Names stay, which logs and reports of failures show; blanks go.
      minifyWhitespace: true,
      minifySyntax: true,
      plugins: programPlugins(facts),
      ...ownOptions[name]?.(facts),
    });
  }
}

/** Renames file by file, so that at no moment a file is missing or half written for a process that starts or loads a part. */
async function replaceFiles(target, scratch) {
  await mkdir(target, { recursive: true });
  const fresh = await readdir(scratch);
  // build.json says that all is there: first away, last back. A program comes after the parts that it loads by name.
  const parts = fresh.filter((name) => partName.test(name) || partName.test(name.replace(/\.map$/, "")));
  const programs = fresh.filter((name) => name !== "build.json" && !parts.includes(name));
  const order = [...parts, ...programs.sort().reverse(), "build.json"];
  for (const name of order) await rename(join(scratch, name), join(target, name));
  const kept = [...fresh, grammarDirectory, tableDirectory];
  for (const name of await readdir(target)) {
    if (!kept.includes(name) && !(await isStillWanted(join(target, name))))
      await rm(join(target, name), { recursive: true, force: true });
  }
}

/** Parts of earlier builds stay for a week: a session that lives since then may load one at its first tool call. */
async function isStillWanted(file) {
  if (!partName.test(basename(file))) return false;
  return Date.now() - (await stat(file)).mtimeMs < 7 * 24 * 3_600_000;
}
