/**
 * Pairs from archives: `node model/harvest.ts --data DIRECTORY [--shard 0/2] [--evaluation]`. Reads DIRECTORY/{npm,src,deb} (with
 * --evaluation: evalnpm, evalsrc, evaldeb), writes pairs[-evaluation].SHARD.jsonl and, with the licence of each package and its
 * counts, packages[-evaluation].SHARD.json. Run from the project's root.
 */
import { closeSync, existsSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { dataFolder } from "./data-folder.ts";
import { createDeclarationReader } from "./declarations.ts";
import { isEvaluationPackage } from "./evaluation-packages.ts";
import { packagePairs, type PackageReport } from "./package-pairs.ts";
import { folderOf, type Origin, origins } from "./source-list.ts";
import { archivesByPackage } from "./source-tree.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    shard: { type: "string", default: "0/1" },
    evaluation: { type: "boolean", default: false },
  },
});
const [shard = 0, shards = 1] = values.shard.split("/").map(Number);
const data = dataFolder(values.data);

function packagesFrom(from: Origin): { name: string; from: Origin; archives: string[] }[] {
  const directory = join(data, folderOf(from, values.evaluation));
  if (!existsSync(directory)) return [];
  return archivesByPackage(directory).map(({ name, archives }) => ({
    name,
    from,
    archives: archives.map((file) => join(directory, file)),
  }));
}

const packages = origins
  .flatMap(packagesFrom)
  .filter(({ name }) => values.evaluation || !isEvaluationPackage(name))
  .filter((_, index) => index % shards === shard);
const suffix = `${values.evaluation ? "-evaluation" : ""}.${shard}`;
const output = openSync(join(data, `pairs${suffix}.jsonl`), "w");
const reports: PackageReport[] = [];
const reader = createDeclarationReader();
for (const { name, from, archives } of packages) {
  try {
    const { pairs, report } = await packagePairs({ name, from, archives, isEvaluation: values.evaluation }, reader);
    reports.push(report);
    if (pairs.length > 0)
      writeSync(output, `${pairs.map((pair) => JSON.stringify({ package: name, ...pair })).join("\n")}\n`);
  } catch (error) {
    reports.push({
      name,
      from,
      licence: null,
      reason: `unreadable: ${String(error).slice(0, 100)}`,
      files: 0,
      pairs: {},
    });
  }
  if (reader.isBroken()) throw new Error(`A grammar broke at ${name}; run the shard again without it.`);
  if (reports.length % 20 === 0) console.log(`${reports.length}/${packages.length} packages`);
}
closeSync(output);
writeFileSync(join(data, `packages${suffix}.json`), JSON.stringify(reports, null, 1));
console.log(`${reports.length} packages, ${reports.filter(({ licence }) => licence === null).length} left out`);
