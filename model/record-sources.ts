/**
 * Writes model/sources.json from what was downloaded and harvested: `node model/record-sources.ts --data DIRECTORY`. Run after
 * model/harvest.ts, from the project's root.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { dataFolder } from "./data-folder.ts";
import type { PackageReport } from "./package-pairs.ts";
import { folderOf, type ListedPackage, origins, type SourceList } from "./source-list.ts";
import { archivesByPackage } from "./source-tree.ts";

const { values } = parseArgs({ options: { data: { type: "string" } } });
const data = dataFolder(values.data);

function sha256Of(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** What npm calls it: the archive of "@scope/name" is "scope-name-1.0.0.tgz". */
function npmNameOf(archive: string): string {
  const entries = execFileSync("tar", ["-tf", archive]).toString().split("\n");
  const path = entries.find((entry) => /^[^/]+\/package\.json$/.test(entry)) ?? "package/package.json";
  const manifest = execFileSync("tar", ["-xOf", archive, path]);
  // Safe: every package on npm has a name.
  return (JSON.parse(manifest.toString()) as { name: string }).name;
}

function listed(isEvaluation: boolean): ListedPackage[] {
  return origins.flatMap((from) => {
    const directory = join(data, folderOf(from, isEvaluation));
    return archivesByPackage(directory).map(({ name, archives }) => ({
      name,
      from,
      ...(from === "npm" ? { npmName: npmNameOf(join(directory, archives[0] ?? "")) } : {}),
      archives: Object.fromEntries(archives.map((file) => [file, sha256Of(join(directory, file))])),
    }));
  });
}

const reports = readdirSync(data)
  .filter((name) => /^packages\.\d+\.json$/.test(name))
  // Safe: model/harvest.ts has written it.
  .flatMap((name) => JSON.parse(readFileSync(join(data, name), "utf8")) as PackageReport[]);
const reportOf = new Map(reports.map((report) => [`${report.from} ${report.name}`, report]));
const training: SourceList["training"][number][] = [];
const leftOut: SourceList["leftOut"][number][] = [];
for (const entry of listed(false)) {
  const report = reportOf.get(`${entry.from} ${entry.name}`);
  if (report === undefined) continue;
  const { licence, pairs, reason = "nothing found" } = report;
  if (licence === null || Object.keys(pairs).length === 0) leftOut.push({ ...entry, reason });
  else training.push({ ...entry, licence, pairs });
}
const list: SourceList = { training, evaluation: listed(true), leftOut };
writeFileSync(join(import.meta.dirname, "sources.json"), `${JSON.stringify(list)}\n`);
console.log(`${training.length} packages, ${list.evaluation.length} for evaluation, ${leftOut.length} left out`);
