import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { findNode } from "../../bin/runtime.mjs";
import { captureProgram } from "./child-process.mjs";
import { withDirectoryLock } from "./directory-lock.mjs";
import { showElapsed } from "./elapsed-line.mjs";

const npmArgs = ["ci", "--no-audit", "--no-fund", "--include=dev"];

/** Makes node_modules belong to package-lock.json, this platform and this architecture; resolves to whether it had to. */
export async function installDependencies(root) {
  const stamp = await expectedStamp(root);
  if (await isInstalled(root, stamp)) return false;
  return await withDirectoryLock(join(root, ".cache", "install.lock"), async () => {
    if (await isInstalled(root, stamp)) return false;
    if (!(await matchesLockFile(root))) await runNpm(root);
    await writeFile(stampFile(root), stamp);
    return true;
  });
}

const stampFile = (root) => join(root, "node_modules", ".commons-install");

/** What the stamp file holds after an installation: a hash of package-lock.json, the platform and the architecture. */
async function expectedStamp(root) {
  const lock = await readFile(join(root, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} ${process.platform} ${process.arch}\n`;
}

async function isInstalled(root, stamp) {
  if ((await readFile(stampFile(root), "utf8").catch(() => "")) !== stamp) return false;
  return isWhole(root, await readPackages(noteOfNpm(root)));
}

const noteOfNpm = (root) => join(root, "node_modules", ".package-lock.json");

/** Whether every package that npm installed is still there, and a Node that runs the program: a person may have deleted a part. */
function isWhole(root, present) {
  if (!present || findNode(root) === null) return false;
  return Object.keys(present).every((path) => existsSync(join(root, path, "package.json")));
}

/** Whether what npm noted in node_modules is what package-lock.json asks for, so that a person's own `npm ci` counts. */
export async function matchesLockFile(root) {
  const wanted = await readPackages(join(root, "package-lock.json"));
  const present = await readPackages(noteOfNpm(root));
  if (!wanted || !present) return false;
  const isWanted = Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = present[path];
    return found ? found.version === entry.version && isForThisMachine(found) : Boolean(entry.optional);
  });
  return isWanted && Object.keys(present).every((path) => path in wanted) && isWhole(root, present);
}

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, "utf8")).packages;
  } catch {
    return null;
  }
}

const isForThisMachine = ({ os, cpu }) => allows(os, process.platform) && allows(cpu, process.arch);

/** npm's lists of names, where "!name" excludes. */
function allows(list, name) {
  if (!list) return true;
  if (list.includes(`!${name}`)) return false;
  return list.includes(name) || list.every((item) => item.startsWith("!"));
}

async function runNpm(root) {
  const stopElapsed = showElapsed(process.stderr, "Installing dependencies (npm ci)");
  const [file, ...args] = npmCommand();
  const { code, output } = await captureProgram(file, args, { cwd: root }).catch((error) => ({
    code: 1,
    output: error.message,
  }));
  const seconds = stopElapsed();
  if (code === 0) {
    process.stderr.write(`Installed in ${seconds} s.\n`);
    return;
  }
  process.stderr.write(`${output}\n`);
  throw new Error(
    `npm ci failed with code ${code}. Check the network and the registry ("npm ping"), then run the same command again.`,
  );
}

/** How to start npm without a shell: the npm that runs us, else the one beside our Node, else the one in PATH. */
function npmCommand() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script && node && basename(script) === "npm-cli.js") return [node, script, ...npmArgs];
  const nodeDirectory = dirname(process.execPath);
  const beside = [join(nodeDirectory, "node_modules"), join(dirname(nodeDirectory), "lib", "node_modules")]
    .map((directory) => join(directory, "npm", "bin", "npm-cli.js"))
    .find((file) => existsSync(file));
  if (beside) return [process.execPath, beside, ...npmArgs];
  // Windows starts npm.cmd through its shell only; these arguments are fixed words that need no quoting.
  return process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c", "npm", ...npmArgs] : ["npm", ...npmArgs];
}
