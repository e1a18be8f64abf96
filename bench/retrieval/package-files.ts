/**
 * The files of the pinned packages: fetched once through the ordinary clients, checked against their hash, and laid out as a
 * repository would have them. The cache is .cache/retrieval, which git ignores.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { runToEnd } from "../../test/fixtures/world.ts";
import { filesOf, unpackedPackage } from "../ingest/corpus.ts";
import type { CorpusPackage } from "./packages.ts";

export const cacheDirectory = join(import.meta.dirname, "..", "..", ".cache", "retrieval");

/** Part of the names in the cache: changes when the same archive would be laid out in another way. */
const layoutVersion = 1;

/** Directory with the package's files below its own name (`tornado/web.py`, `fastify/lib/reply.js`); Debian's need `apt-get`. */
export async function packageDirectory(one: CorpusPackage): Promise<string> {
  const target = join(cacheDirectory, "packages", `${one.name}-${one.version}-${layoutVersion}`);
  if (existsSync(target)) return target;
  const scratch = join(cacheDirectory, `fetching-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    const archive = await unpackedArchive(one, scratch);
    const laidOut = join(scratch, "laid-out");
    layOut(join(archive, one.root), laidOut, one);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(laidOut, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return target;
}

async function unpackedArchive(one: CorpusPackage, scratch: string): Promise<string> {
  const { name, version, registryName = name, source } = one;
  if (source.kind === "npm") return unpackedPackage({ name: registryName, version, integrity: source.integrity });
  const unpacked = join(scratch, "unpacked");
  mkdirSync(unpacked);
  if (source.kind === "debian") {
    await run("apt-get", ["download", "-q", `${registryName}=${version}`], scratch);
    const file = readdirSync(scratch).find((entry) => entry.endsWith(".deb")) ?? "";
    checkSha256(join(scratch, file), source.sha256);
    await run("dpkg-deb", ["-x", file, unpacked], scratch);
    return unpacked;
  }
  const { stdout } = await run("apt-get", ["download", "--print-uris", source.beside], scratch);
  const uri = /^'([^']+)\/[^/']+'/m.exec(stdout)?.[1];
  if (uri === undefined) throw new Error(`apt-get names no address of ${source.beside}.`);
  const file = join(scratch, source.archive);
  await run("/usr/lib/apt/apt-helper", ["download-file", `${uri}/${source.archive}`, file], scratch);
  checkSha256(file, source.sha256);
  await run("tar", ["-xf", file, "-C", unpacked], scratch);
  return unpacked;
}

function layOut(root: string, target: string, one: CorpusPackage): void {
  const wantedMaps = one.sourceMaps === undefined ? null : new RegExp(one.sourceMaps);
  for (const path of filesOf(root)) {
    const inside = relative(root, path).split(sep).join("/");
    const isIn = (place: string): boolean => inside === place || inside.startsWith(`${place}/`);
    if (one.include !== undefined && !one.include.some(isIn)) continue;
    if (one.exclude?.some(isIn) === true) continue;
    if (wantedMaps?.test(inside) === true) writeMapSources(root, inside, join(target, one.name));
    else if (wantedMaps === null || /\.md$/i.test(inside)) copyFile(path, join(target, placeOf(inside, one)));
  }
}

/** Python packages bear their own name already. */
function placeOf(inside: string, one: CorpusPackage): string {
  if (one.include?.includes(one.name) === true) return inside;
  const short = inside.replace(/^(?:lib\/ruby\/vendor_ruby|share\/doc\/ruby-sequel)\//, "");
  return join(one.name.replace(/-minimal$/, ""), short);
}

/** Manuals come compressed, or with `.txt` behind their real name. */
function copyFile(from: string, to: string): void {
  const place = to.replace(/\.gz$/, "").replace(/\.(rst|md)\.txt$/, ".$1");
  mkdirSync(dirname(place), { recursive: true });
  if (from.endsWith(".gz")) writeFileSync(place, gunzipSync(readFileSync(from)));
  else cpSync(from, place);
}

function writeMapSources(root: string, mapPath: string, target: string): void {
  // Safe: a source map has these members; what is missing is not written.
  const map = JSON.parse(readFileSync(join(root, mapPath), "utf8")) as {
    sources?: string[];
    sourcesContent?: string[];
  };
  for (const [index, source] of (map.sources ?? []).entries()) {
    const text = map.sourcesContent?.[index];
    const place = normalize(join(dirname(mapPath), source));
    if (text === undefined || place.startsWith("..") || place.includes("node_modules")) continue;
    mkdirSync(dirname(join(target, place)), { recursive: true });
    writeFileSync(join(target, place), text);
  }
}

function checkSha256(file: string, wanted: string): void {
  const found = createHash("sha256").update(readFileSync(file)).digest("hex");
  if (found !== wanted) throw new Error(`${file} is another archive than the pinned one: ${found}`);
}

async function run(command: string, args: readonly string[], cwd: string): Promise<{ stdout: string }> {
  const { code, stdout, stderr } = await runToEnd(command, args, { cwd, env: process.env });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
  return { stdout };
}
