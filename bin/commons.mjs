#!/usr/bin/env node
// The command. Plain JavaScript that any Node from 18 on can start; it writes nothing to stdout but the answer to --version.
import module from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compileCacheDirectory, findNode, isNewEnough, minimumNode } from "./runtime.mjs";

// As an ES module, node:fs costs 3 ms of start: all of its exports are read. Only an older Node needs node:child_process.
const require = module.createRequire(import.meta.url);
const { existsSync, mkdirSync, readFileSync, statSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");

// A session mostly waits: no optimizing compilers for what runs once, and no growing heap for young objects, save 4 MB in each. The
// first tool call takes them back (src/session/footprint.ts), so that ingests run at full speed.
const leanFlags = ["--no-opt", "--no-maglev", "--no-sparkplug", "--semi-space-growth-factor=1"];
const unavailable = 5; // Exit code of the error catalogue for both of the errors below.
const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
const args = process.argv.slice(2);
// The help of `commons mcp` is for a person, and the command line's is the fuller one.
const isSession = args[0] === "mcp" && !args.includes("--help") && !args.includes("-h");

if (args[0] === "--version" || args[0] === "-V") {
  console.log(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
} else {
  const ofSession = args.includes("--docker") ? "container.mjs" : "mcp.mjs";
  await start(join(root, "dist", isSession ? ofSession : "cli.mjs"));
}

async function start(entry) {
  if (!existsSync(entry)) {
    fail("PROGRAM_NOT_BUILT", `${entry} is missing: the program is not built.`, `Run "npm run build" in ${root}.`);
  } else if (isNewEnough(process.version)) {
    endWithParent();
    hideSqliteWarning();
    enableCompileCache();
    if (isSession) for (const flag of leanFlags) setFlagsFromString(flag);
    await import(pathToFileURL(entry).href);
  } else {
    const node = process.connected ? null : findNode(root);
    if (node) runWith(node);
    else failForNode();
  }
}

/** Runs this script with a newer Node and ends as it ends. */
function runWith(node) {
  const { spawn } = require("node:child_process");
  // The IPC channel tells the child when this process is gone, in whatever way: see endWithParent.
  const child = spawn(node, [script, ...args], { stdio: ["inherit", "inherit", "inherit", "ipc"], windowsHide: true });
  child.channel?.unref();
  // A terminal sends SIGINT to the whole foreground group, so the child has it already.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => {
      // On Windows a console tells all of its processes, and a kill would end the child without its handlers.
      if (process.platform === "win32" || (signal === "SIGINT" && process.stdin.isTTY)) return;
      child.kill(signal);
    });
  }
  child.on("error", (error) => fail("NODE_TOO_OLD", `${node} cannot be started: ${error.message}`, nodeHint()));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
}

/** When an older Node started this one and dies, this one ends as by SIGTERM, with the handlers that the program has. */
function endWithParent() {
  if (!process.connected) return;
  process.on("disconnect", () => {
    if (process.platform !== "win32") process.kill(process.pid, "SIGTERM");
    // Windows knows no signals: it would end at once, without its handlers.
    else if (!process.emit("SIGTERM", "SIGTERM")) process.exit(143);
  });
  process.channel?.unref();
}

function hideSqliteWarning() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === "object" ? rest[0]?.type : rest[0];
    if (type === "ExperimentalWarning" && String(warning).includes("SQLite")) return;
    emitWarning(warning, ...rest);
  };
}

/** Half of the start-up time is compiling; without a cache the program is slower, not different. */
function enableCompileCache() {
  try {
    const directory = compileCacheDirectory(process.env);
    if (directory === null) return;
    const home = dirname(dirname(directory));
    if (!existsSync(home) && !mayMakeIn(dirname(home))) return;
    // One by one: below /proc Node's recursive form never ends.
    for (const part of [home, dirname(directory), directory]) {
      if (!existsSync(part)) mkdirSync(part, { mode: 0o700 });
      if (!isOursAlone(part)) return;
    }
    module.enableCompileCache(directory);
  } catch {
    // A home that cannot be written is reported by the program itself, where it matters.
  }
}

/** Code is run from there, and a command with sudo must leave nothing in another user's home. */
function isOursAlone(directory) {
  if (process.getuid === undefined) return true;
  const { uid, mode } = statSync(directory);
  return uid === process.getuid() && (mode & 0o022) === 0;
}

/** Whether a home that is made there stays ours: in a directory of ours, or one that root shares as /tmp. */
function mayMakeIn(directory) {
  if (process.getuid === undefined || isOursAlone(directory)) return true;
  const { uid, mode } = statSync(directory);
  return uid === 0 && ((mode & 0o022) === 0 || (mode & 0o1000) !== 0);
}

function failForNode() {
  fail(
    "NODE_TOO_OLD",
    `chroma-commons needs Node ${minimumNode} or newer; this is Node ${process.version} (${process.execPath}).`,
    nodeHint(),
  );
}

function nodeHint() {
  const isCheckout = existsSync(join(root, "scripts", "start.mjs"));
  const install = isCheckout ? `Run "npm ci" in ${root}, which brings one, or install` : "Install";
  return `${install} Node 24 from https://nodejs.org or with your version manager ("nvm install 24").`;
}

/** As printFailure in src/cli/failure.ts, with a code of the error catalogue. */
function fail(code, message, hint) {
  const isJson = args.includes("--json");
  const text = isJson ? JSON.stringify({ error: { code, message, hint } }) : `error: ${message}\nnext: ${hint}`;
  process.stderr.write(`${text}\n`);
  process.exitCode = unavailable;
}
