import { readdir, readFile } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";

const pipeline = ["workspace", "extract", "chunk"];

/**
 * Which folders of src/ each folder may import from, beside itself. Folders are processes and stages (ARCHITECTURE.md):
 * what is missing here is a wall. Tests may reach over walls.
 */
const allowedImports = {
  core: [],
  config: ["core"],
  protocol: ["core", "config"],
  workspace: ["core", "config"],
  // Cities and countries by name and position.
  places: ["core", "config"],
  extract: ["core", "config", "places"],
  // Pixels: how an image looks.
  pictures: ["core", "config", "workspace", "extract"],
  chunk: ["core", "config"],
  embed: ["core", "config"],
  engine: ["core", "config"],
  search: ["core", "config", "places"],
  // The format of an exported collection, and nothing of where it comes from.
  portable: ["core"],
  catalog: ["core", "config", "search", "embed"],
  reader: ["core", "pictures", ...pipeline],
  // What images of a directory say of themselves; which files are the same, or nearly.
  photos: ["core", "places", "ingest", "reader", ...pipeline],
  duplicates: ["core", "ingest", "reader", "pictures", ...pipeline],
  ingest: ["core", "reader", ...pipeline],
  client: ["core", "config", "protocol"],
  session: [
    "core",
    "config",
    "protocol",
    "client",
    "ingest",
    "photos",
    "duplicates",
    "portable",
    "reader",
    ...pipeline,
  ],
  hub: ["core", "config", "protocol", "catalog", "engine", "search", "embed"],
  // Starts a session in a container, from outside.
  container: ["core", "config", "protocol", "client", "workspace"],
  setup: ["core", "config"],
  // embed: names and prices of models, to be told before anything is sent.
  cli: [
    "core",
    "config",
    "protocol",
    "client",
    "session",
    "container",
    "setup",
    "embed",
    "ingest",
    "photos",
    "duplicates",
    "portable",
    "reader",
    // Whether pictures can be decoded here.
    "pictures",
    ...pipeline,
  ],
  dashboard: ["protocol"],
};

/** Packages that one folder alone may import. */
const packageOwners = { chromadb: "engine" };

const importPattern =
  /(?:^|[\s;}])(?:import|export)\s[^"'();]*?from\s*["']([^"']+)["']|\bimport(?:\s*\(\s*|\s+)["']([^"']+)["']/g;

/** The forbidden imports of one file as sentences; `file` is relative to src/, with forward slashes. */
export function forbiddenImports(file, text) {
  const [folder] = file.split("/");
  const allowed = allowedImports[folder];
  if (!allowed) return [`src/${file}: the folder "${folder}" is not in the table of scripts/lib/import-walls.mjs.`];
  const found = [];
  for (const match of text.matchAll(importPattern)) {
    const specifier = match[1] ?? match[2];
    const complaint = specifier.startsWith(".")
      ? complaintAboutFolder(file, specifier, allowed)
      : complaintAboutPackage(folder, specifier);
    if (complaint) found.push(`src/${file}: imports ${specifier}; ${complaint}`);
  }
  return found;
}

function complaintAboutFolder(file, specifier, allowed) {
  const [folder] = file.split("/");
  const path = posix.join(posix.dirname(file), specifier);
  if (path.startsWith("../")) return "src/ imports nothing outside of it.";
  const [target] = path.split("/");
  if (target === folder || allowed.includes(target)) return null;
  return `${folder} may import ${allowed.join(", ") || "nothing"}.`;
}

function complaintAboutPackage(folder, specifier) {
  if (folder === "core") return "core imports nothing.";
  const owner = packageOwners[specifier];
  return owner === undefined || owner === folder ? null : `only ${owner} may import ${specifier}.`;
}

/** All forbidden imports below src/ of `root`. */
export async function checkImportWalls(root) {
  const source = join(root, "src");
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const found = await Promise.all(
    files.map(async (file) =>
      forbiddenImports(relative(source, file).split(sep).join("/"), await readFile(file, "utf8")),
    ),
  );
  return found.flat();
}
