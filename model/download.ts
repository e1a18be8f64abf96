/**
 * Fetches the archives of model/sources.json: `node model/download.ts --data DIRECTORY --mirror URL [--left-out]`. Needs npm, and apt-get
 * with a mirror of Debian 12's archive (in a list of its own, so that the system's is not touched). What is there already, with its
 * checksum, stays. Prints what could not be had: mirrors keep only the newest versions; Debian's snapshot archive has the older ones.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { dataFolder } from "./data-folder.ts";
import { folderOf, readSourceList, type ListedPackage } from "./source-list.ts";

const { values } = parseArgs({
  options: { data: { type: "string" }, mirror: { type: "string" }, "left-out": { type: "boolean", default: false } },
});
const data = dataFolder(values.data);
const aptConfig = join(data, "apt", "apt.conf");

function prepareApt(mirror: string | undefined): void {
  if (mirror === undefined || !URL.canParse(mirror)) {
    console.error("Give a mirror of Debian's archive: --mirror URL, for example the one in /etc/apt/sources.list.");
    process.exit(2);
  }
  const apt = join(data, "apt");
  for (const folder of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(apt, folder), { recursive: true });
  const origin = `[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} bookworm main`;
  writeFileSync(join(apt, "sources.list"), `deb ${origin}\ndeb-src ${origin}\n`);
  const settings = { "Dir::Etc::sourcelist": "sources.list", "Dir::State::lists": "lists", "Dir::Cache": "cache" };
  const lines = Object.entries(settings).map(([key, path]) => `${key} "${join(apt, path)}";`);
  writeFileSync(aptConfig, [...lines, 'Dir::Etc::sourceparts "-";', 'Acquire::Languages "none";', ""].join("\n"));
  execFileSync("apt-get", ["-c", aptConfig, "update", "-qq"], { stdio: "inherit" });
}

function isThere(path: string, sha256: string): boolean {
  return existsSync(path) && createHash("sha256").update(readFileSync(path)).digest("hex") === sha256;
}

/** How to fetch one archive, by its name. */
function commandFor(entry: ListedPackage, file: string): readonly [string, ...string[]] {
  if (entry.from === "npm") {
    const version = /-(\d[\w.+-]*)\.tgz$/.exec(file)?.[1] ?? "";
    return ["npm", "pack", "--silent", "--ignore-scripts", `${entry.npmName ?? entry.name}@${version}`];
  }
  if (entry.from === "source") return ["apt-get", "-c", aptConfig, "source", "--download-only", "-qq", entry.name];
  const [name = "", version = ""] = file.split("_");
  return ["apt-get", "-c", aptConfig, "download", "-qq", `${name}=${decodeURIComponent(version)}`];
}

function fetchPackage(entry: ListedPackage, isEvaluation: boolean): string[] {
  const directory = join(data, folderOf(entry.from, isEvaluation));
  mkdirSync(directory, { recursive: true });
  for (const [file, sha256] of Object.entries(entry.archives)) {
    if (isThere(join(directory, file), sha256)) continue;
    const [command, ...rest] = commandFor(entry, file);
    try {
      execFileSync(command, rest, { cwd: directory, stdio: "ignore" });
    } catch {
      // What is missing is reported by name below, whatever the reason.
      continue;
    }
  }
  return Object.entries(entry.archives).flatMap(([file, sha256]) =>
    isThere(join(directory, file), sha256) ? [] : [file],
  );
}

prepareApt(values.mirror);
const list = readSourceList();
const missing = [...list.training, ...(values["left-out"] ? list.leftOut : [])].flatMap((entry) =>
  fetchPackage(entry, false),
);
missing.push(...list.evaluation.flatMap((entry) => fetchPackage(entry, true)));
console.log(missing.length === 0 ? "All archives are there." : `Missing or changed:\n${missing.join("\n")}`);
process.exitCode = missing.length === 0 ? 0 : 1;
