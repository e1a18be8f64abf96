import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { isNewEnough } from "../../bin/runtime.mjs";
import { matchesLockFile } from "../../scripts/lib/install.mjs";
import { findLeftoverProcesses } from "../../scripts/lib/leftover-processes.mjs";
import { personsEnvironment } from "../fixtures/persons-environment.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const onWindows = process.platform === "win32";

// What may be in the tarball: a new kind of file is put here on purpose, and the budgets are raised on purpose.
const expectedFiles = [
  /^(ARCHITECTURE|CHANGELOG|CONTRIBUTING|NOTICE|README|SECURITY)\.md$/,
  /^(LICENSE|package\.json)$/,
  /^bin\/(commons|runtime)\.mjs$/,
  /^man\/commons\.1$/,
  /^model\/([A-Z_]+\.md|sources\.json)$/,
  /^(compose\.yaml|Dockerfile|\.dockerignore)$/,
  /^bench\/results\/[\w-]+\.json$/,
  /^docs\/[\w/.-]+\.(md|json|svg|png)$/,
  /^dist\/(build\.json|cli\.mjs|mcp\.mjs|hub\.mjs|catalog-worker\.mjs|catalog-process\.mjs)$/,
  /^dist\/(engine-host|ingester|reader|onnx-host|container)\.mjs$/,
  /^dist\/(cli|mcp|ingester|reader)-[0-9A-Z]{8}\.mjs$/,
  /^dist\/grammars\/([\w-]+\.wasm\.gz|grammars\.json)$/,
  /^dist\/table\/[\w-]+\.bin$/,
];
// npm waits long for a registry that it cannot reach.
const timeout = 240_000;
const budget = { tarballBytes: 14_700_000, unpackedBytes: 27_500_000, installedBytes: 115_000_000, files: 650 };

const packing = z.object({
  filename: z.string(),
  size: z.number(),
  unpackedSize: z.number(),
  entryCount: z.number(),
  files: z.array(z.object({ path: z.string(), mode: z.number() })),
});

let scratch: string;
let packed: z.output<typeof packing>;
let tarball: string;
const prefix = () => join(scratch, "prefix");
const installed = () => join(prefix(), onWindows ? "" : "lib", "node_modules", "chroma-commons");
const launcher = () => join(installed(), "bin", "commons.mjs");
const npm = (...args: string[]) =>
  run("npm", args, { cwd: scratch, env: personsEnvironment(scratch), shell: onWindows, maxBuffer: 1e8, timeout });

beforeAll(async () => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "commons package-")));
  packed = await pack();
  tarball = join(scratch, packed.filename);
});

afterAll(async () => {
  if (existsSync(join(scratch, "home", ".chroma-commons", "hub"))) await bare(launcher(), "hub", "stop");
  rmSync(scratch, { recursive: true, force: true });
});

/** `npm pack` in a copy: it builds dist/ from nothing, which would take the programs from under other tests. */
async function pack() {
  // Else the copy's own preparation would install, through the link, into the node_modules of this checkout.
  if (!(await matchesLockFile(root))) throw new Error("node_modules does not belong to package-lock.json: npm ci");
  const copy = join(scratch, "checkout");
  const { files } = z
    .object({ files: z.array(z.string()) })
    .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  // Of a pattern, the directory that it looks into.
  const shipped = files
    .filter((name) => !name.startsWith("!") && name !== "dist")
    .map((name) => (name.includes("*") ? dirname(name) : name));
  for (const name of ["package.json", "package-lock.json", ".npmrc", "scripts", "src", ...shipped])
    if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  mkdirSync(join(copy, ".cache"));
  const options = { cwd: copy, env: personsEnvironment(scratch), shell: onWindows, maxBuffer: 1e8 };
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", scratch], options);
  // What prepack prints comes first; npm 11 answers with a list, later ones with an object by name.
  const answer: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  return z
    .union([z.array(packing), z.record(z.string(), packing)])
    .transform((one) => packing.parse(Object.values(one)[0]))
    .parse(answer);
}

/** Runs the installed program as an agent does: absolute paths, and nothing in the environment but HOME. */
function bare(...args: string[]) {
  const home = join(scratch, "home");
  return run(process.execPath, args, { cwd: join(scratch, "work"), env: { HOME: home, USERPROFILE: home } });
}

describe("the tarball", () => {
  it("holds nothing but what is expected in it", () => {
    const strange = packed.files.filter(({ path }) => !expectedFiles.some((pattern) => pattern.test(path)));
    expect(strange.map(({ path }) => path)).toEqual([]);
    const unused = expectedFiles.filter((pattern) => !packed.files.some(({ path }) => pattern.test(path)));
    expect(unused).toEqual([]);
  });

  it("keeps to its budget", () => {
    console.log(`tarball ${packed.size} bytes, unpacked ${packed.unpackedSize} bytes, ${packed.entryCount} files`);
    expect(packed.size).toBeLessThan(budget.tarballBytes);
    expect(packed.unpackedSize).toBeLessThan(budget.unpackedBytes);
    expect(packed.entryCount).toBeLessThan(budget.files);
  });

  it.skipIf(onWindows)("lets everybody run the launcher", () => {
    expect((packed.files.find(({ path }) => path === "bin/commons.mjs")?.mode ?? 0) & 0o555).toBe(0o555);
  });
});

describe("installed with npm install -g by the machine's own npm", () => {
  beforeAll(async () => {
    mkdirSync(join(scratch, "work"));
    await npm("install", "--global", "--no-audit", "--no-fund", "--prefix", prefix(), tarball);
  });

  it("runs no script of its own or of what it needs, and needs chromadb alone", async () => {
    const packages = (await packageFiles(installed())).map((file) =>
      manifest.parse(JSON.parse(readFileSync(file, "utf8"))),
    );
    const names = packages.flatMap((one) => Object.keys(one.scripts ?? {}));
    expect(names.filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
    const own = packages.find(({ name }) => name === "chroma-commons");
    expect(Object.keys(own?.dependencies ?? {})).toEqual(["chromadb"]);
  });

  it("keeps to its budget with all that it brings", async () => {
    const sizeBytes = await sizeOf(installed());
    console.log(`installed ${sizeBytes} bytes`);
    expect(sizeBytes).toBeLessThan(budget.installedBytes);
  });

  it("no page in it has a link that leads out of it", async () => {
    const pages = (await readdir(installed(), { recursive: true })).filter(
      (name) => name.endsWith(".md") && !name.includes("node_modules"),
    );
    expect(pages).toContain("README.md");
    const dead = pages.flatMap((page) =>
      linksOf(readFileSync(join(installed(), page), "utf8"))
        .filter((link) => !existsSync(join(installed(), dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it("the command is in the prefix and knows its version", async () => {
    const command = join(prefix(), onWindows ? "commons.cmd" : "bin/commons");
    const { stdout } = await run(command, ["--version"], { env: newNodeFirst(), shell: onWindows });
    expect(basename(tarball)).toBe(`chroma-commons-${stdout.trim()}.tgz`);
  });

  it.skipIf(onWindows)("the manual page is where man looks for it", () => {
    expect(existsSync(join(prefix(), "share", "man", "man1", "commons.1"))).toBe(true);
  });

  it("starts as a session in an environment with HOME alone, and writes protocol only", async () => {
    const answers = await speak([process.execPath, launcher(), "mcp"]);
    expect(answers.map(({ id }) => id)).toEqual([1, 2]);
    expect(answers[1]?.result?.tools?.length).toBeGreaterThan(15);
  });

  it("stores a directory, finds something in it, and mirrors it into ChromaDB", async () => {
    await writeFile(join(scratch, "work", "tides.md"), "# Tides\n\nThe moon pulls the water of the harbour.\n");
    await bare(launcher(), "ingest", ".", "--collection", "tides");
    expect(
      (await bare(launcher(), "search", "what moves the harbour water", "--collection", "tides")).stdout,
    ).toContain("tides.md");
    expect((await bare(launcher(), "status")).stdout).toContain("chroma-commons");
    const status = hubStatus.parse(JSON.parse((await bare(launcher(), "status", "--json")).stdout));
    expect(status.hub.version).toBe(/\d+\.\d+\.\d+/.exec(basename(tarball))?.[0]);
  });

  it.skipIf(process.platform !== "linux")("leaves no process behind when its hub is stopped", async () => {
    await bare(launcher(), "hub", "stop");
    expect(await findLeftoverProcesses(scratch)).toEqual([]);
  });
});

const machineNode = await versionOfMachine();
const isOld = !isNewEnough(machineNode);
if (!isOld)
  console.warn(`SKIPPED: the machine's own Node is ${machineNode}, so an old one is not tested with the package.`);

describe.skipIf(!isOld)("on a machine whose Node is too old", () => {
  it("says which Node it needs and how to get one, and ends with 5", async () => {
    const options = { cwd: scratch, env: personsEnvironment(scratch) };
    const failure = await run(join(prefix(), "bin", "commons"), ["status"], options).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 5, stdout: "", stderr: expect.stringContaining("next: Install Node 24") });
  });

  it("npx knows the version, and runs the rest with a Node that it is asked to bring", async () => {
    const alone = await npm("exec", "--yes", "--package", tarball, "--", "commons", "--version");
    expect(basename(tarball)).toContain(alone.stdout.trim());
    const packages = ["--package", "node@24", "--package", tarball];
    const { stdout } = await npm("exec", "--yes", ...packages, "--", "commons", "list");
    expect(stdout).toContain("tides");
    await npm("exec", "--yes", ...packages, "--", "commons", "hub", "stop");
  });

  it("a Node that npm puts into the same place is found by the plain command", async () => {
    await npm("install", "--global", "--no-audit", "--no-fund", "--prefix", prefix(), "node@24");
    const options = { cwd: scratch, env: personsEnvironment(scratch) };
    const { stdout } = await run(join(prefix(), "bin", "commons"), ["config", "get", "engine.port"], options);
    expect(stdout).toMatch(/^\d+\n$/);
  });
});

const manifest = z.looseObject({
  name: z.string().optional(),
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
});
const hubStatus = z.looseObject({ hub: z.looseObject({ version: z.string() }) });
const reply = z.looseObject({
  id: z.number().optional(),
  result: z.looseObject({ tools: z.array(z.unknown()).optional() }).optional(),
});

async function packageFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  return names
    .filter((name) => /(^|node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+[\\/])package\.json$/.test(name))
    .map((name) => join(directory, name));
}

async function sizeOf(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}

function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

function newNodeFirst(): NodeJS.ProcessEnv {
  const env = personsEnvironment(scratch);
  return { ...env, PATH: [dirname(process.execPath), env["PATH"]].join(delimiter) };
}

/** What a session answers to `initialize` and `tools/list` on its bare pipes, line by line; anything that is no JSON throws. */
async function speak([node = "", ...args]: readonly string[]) {
  const home = join(scratch, "home");
  const started = execFile(node, args, { cwd: join(scratch, "work"), env: { HOME: home, USERPROFILE: home } });
  const output: string[] = [];
  started.stdout?.on("data", (text: string) => output.push(text));
  const initialize = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "package-test", version: "1.0.0" },
  };
  for (const message of [
    { id: 1, method: "initialize", params: initialize },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/list", params: {} },
  ])
    started.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  started.stdin?.end();
  await new Promise((resolve) => started.on("close", resolve));
  const lines = output.join("").trimEnd().split("\n");
  return lines.map((line) => reply.parse(JSON.parse(line))).filter(({ id }) => id !== undefined);
}

async function versionOfMachine(): Promise<string> {
  const somewhere = mkdtempSync(join(tmpdir(), "commons-node-"));
  try {
    return (await run("node", ["--version"], { env: personsEnvironment(somewhere) })).stdout.trim();
  } finally {
    rmSync(somewhere, { recursive: true, force: true });
  }
}
