import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CommonsError } from "../core/errors.ts";
import type { ImageTarget } from "./image-name.ts";

// The hub's programs and those of a session; each may have parts beside it, which it names in its text.
const programs: Readonly<Record<ImageTarget, readonly string[]>> = {
  session: ["mcp.mjs", "ingester.mjs", "reader.mjs"],
  hub: [
    "cli.mjs",
    "mcp.mjs",
    "ingester.mjs",
    "reader.mjs",
    "hub.mjs",
    "catalog-worker.mjs",
    "catalog-process.mjs",
    "engine-host.mjs",
    "onnx-host.mjs",
    "container.mjs",
  ],
};
const folders: Readonly<Record<ImageTarget, readonly string[]>> = { session: ["grammars"], hub: ["grammars", "table"] };
const withoutPixels =
  "The image cannot decode pictures: sharp is not installed here for Linux. All else works, metadata of photos too.";
// Of whatever program: a part is imported from beside the file that names it.
const partPattern = /["'`]\.\/([\w-]+\.mjs)["'`]/g;

/**
 * Copies what an image is made of from the installed package into an empty directory: image and command are of one version, and no
 * registry is asked. What the image goes without, as sentences. Errors: PROGRAM_NOT_BUILT.
 */
export function copyContext(options: { packageRoot: string; target: ImageTarget; directory: string }): string[] {
  const { packageRoot, target, directory } = options;
  for (const name of ["package.json", "LICENSE", "NOTICE.md", "bin"])
    copy(join(packageRoot, name), join(directory, name));
  writeDockerfile(options);
  const dist = join(packageRoot, "dist");
  for (const name of withParts(dist, programs[target])) copy(join(dist, name), join(directory, "dist", name));
  for (const name of folders[target]) copy(join(dist, name), join(directory, "dist", name));
  const modules = join(directory, "node_modules");
  mkdirSync(modules, { recursive: true });
  if (target === "hub") {
    copyClient(packageRoot, modules);
    return [];
  }
  return copyPixelDecoder(packageRoot, modules) ? [] : [withoutPixels];
}

/** With the stages of the target alone: an engine without BuildKit makes every stage before it, and leaves their images without a name. */
function writeDockerfile({ packageRoot, target, directory }: Parameters<typeof copyContext>[0]): void {
  const source = join(packageRoot, "Dockerfile");
  if (!existsSync(source)) throw notBuilt(source);
  const stages = readFileSync(source, "utf8").split(/^(?=FROM )/m);
  const wanted = stages.filter((stage) => {
    const name = /^FROM .* AS ([\w-]+)$/m.exec(stage)?.[1];
    return name === undefined || name === "program" || name === target;
  });
  writeFileSync(join(directory, "Dockerfile"), wanted.join(""));
}

/**
 * The optional package that decodes pictures, as npm installed it for this machine: its program is of use in an image only where this is
 * Linux too. Whether it was there.
 */
function copyPixelDecoder(packageRoot: string, modules: string): boolean {
  const sharp = installedPackage(createRequire(join(packageRoot, "package.json")), "sharp");
  if (process.platform !== "linux" || sharp === null) return false;
  const manifest = join(sharp, "package.json");
  // Safe: npm has read the manifest of what it installed.
  const needs = JSON.parse(readFileSync(manifest, "utf8")) as Record<
    string,
    Readonly<Record<string, string>> | undefined
  >;
  copy(sharp, join(modules, "sharp"));
  for (const name of Object.keys({ ...needs["dependencies"], ...needs["optionalDependencies"] })) {
    const found = installedPackage(createRequire(manifest), name);
    if (found !== null) copy(found, join(modules, name));
  }
  return true;
}

/** The parts that programs load, and parts of parts; a build leaves those of earlier builds for a while. */
function withParts(dist: string, names: readonly string[]): string[] {
  const found = new Set(names.filter((name) => existsSync(join(dist, name))));
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined) throw notBuilt(join(dist, missing));
  for (const name of found)
    for (const [, part = ""] of readFileSync(join(dist, name), "utf8").matchAll(partPattern))
      if (existsSync(join(dist, part))) found.add(part);
  return [...found];
}

/** ChromaDB's client in JavaScript, which the hub imports, without the server that its package can bring. */
function copyClient(packageRoot: string, modules: string): void {
  const resolve = createRequire(join(packageRoot, "package.json"));
  const chromadb = packageDirectory(resolve, "chromadb");
  copy(chromadb, join(modules, "chromadb"));
  copy(packageDirectory(createRequire(join(chromadb, "package.json")), "semver"), join(modules, "semver"));
}

function packageDirectory(require: NodeJS.Require, name: string): string {
  const found = installedPackage(require, name);
  if (found === null) throw notBuilt(`the package ${name}`);
  return found;
}

function installedPackage(require: NodeJS.Require, name: string): string | null {
  for (const directory of require.resolve.paths(name) ?? []) {
    const found = join(directory, name);
    if (existsSync(join(found, "package.json"))) return found;
  }
  return null;
}

function copy(from: string, to: string): void {
  if (!existsSync(from)) throw notBuilt(from);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) =>
      !path.endsWith(".map") && !/[\\/]node_modules[\\/]chromadb[\\/](?:src|node_modules)(?:[\\/]|$)/.test(path),
  });
}

function notBuilt(what: string): CommonsError {
  return new CommonsError("PROGRAM_NOT_BUILT", `${what} is missing, so no image can be made of this installation.`, {
    hint: "Install chroma-commons again; in a checkout: npm run build.",
  });
}
