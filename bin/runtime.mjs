import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, parse, resolve } from "node:path";

// Plain JavaScript for any Node from 18 on: this runs before we know that Node is new enough.
const require = createRequire(import.meta.url); // See commons.mjs.

/** The oldest Node that runs dist/: `node:sqlite` with FTS5 and type stripping without flags. */
export const minimumNode = "22.18.0";

/** Whether a version such as "v24.1.0" or "22.18.0" is `minimumNode` or newer. */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [minMajor = 0, minMinor = 0] = minimumNode.split(".").map(Number);
  return major > minMajor || (major === minMajor && minor >= minMinor);
}

/**
 * Path of the Node that npm installed as the package `node`, or null: below `root` in a checkout, where it is a development dependency;
 * beside it where a person installed both ("npm install -g chroma-commons node@24").
 */
function installedNode(root) {
  const places = [join(root, "node_modules", "node")];
  if (basename(dirname(root)) === "node_modules") places.push(join(dirname(root), "node"));
  return places.map(nodeIn).find((file) => file !== null) ?? null;
}

function nodeIn(directory) {
  const { existsSync, readFileSync } = require("node:fs");
  const file = join(directory, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(file)) return null;
  try {
    const { version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    return isNewEnough(version) ? file : null;
  } catch {
    return null; // A half-made installation is none.
  }
}

/** Path of a Node that is new enough: the running one, else the installed one, else null. */
export function findNode(root) {
  return isNewEnough(process.version) ? process.execPath : installedNode(root);
}

/**
 * Where the compiled code is kept: below the program's home, found as by defaultHome in src/config/paths.ts, which cannot be imported
 * before the cache is on. Null for a COMMONS_HOME that the program refuses.
 */
export function compileCacheDirectory(env) {
  const { COMMONS_HOME, HOME, USERPROFILE } = env;
  if (COMMONS_HOME) {
    const refused = [parse(COMMONS_HOME).root, HOME, USERPROFILE].filter(Boolean).map((path) => resolve(path));
    if (!isAbsolute(COMMONS_HOME) || refused.includes(resolve(COMMONS_HOME))) return null;
    return join(COMMONS_HOME, "cache", "compile");
  }
  const names = process.platform === "win32" ? [USERPROFILE, HOME] : [HOME, USERPROFILE];
  const given = names.find((path) => path !== undefined && isAbsolute(path));
  // os.homedir() answers with HOME even where that is empty.
  return join(given ?? require("node:os").userInfo().homedir, ".chroma-commons", "cache", "compile");
}
