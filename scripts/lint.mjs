import { join } from "node:path";
import { runProgram } from "./lib/child-process.mjs";
import { checkImportWalls } from "./lib/import-walls.mjs";
import { packageRoot, prepareTools, runScript } from "./lib/preparation.mjs";

await runScript(async () => {
  const node = await prepareTools();
  const tool = (path, ...args) =>
    runProgram(node, [join(packageRoot, "node_modules", path), ...args], { cwd: packageRoot });
  const checks = {
    "types (tsc)": () => tool("typescript/bin/tsc", "-p", "."),
    "rules (oxlint)": () => tool("oxlint/bin/oxlint", "--type-aware", "--deny-warnings"),
    "import walls": printForbiddenImports,
    "format (oxfmt)": () => tool("oxfmt/bin/oxfmt", "--check"),
    "unused code (knip)": () => tool("knip/bin/knip.js", "--no-progress"),
  };
  const failed = [];
  for (const [name, check] of Object.entries(checks)) {
    console.log(`\n== ${name}`);
    if ((await check()) !== 0) failed.push(name);
  }
  const names = Object.keys(checks);
  console.log(`\n${names.map((name) => `${failed.includes(name) ? "FAILED" : "ok    "}  ${name}`).join("\n")}`);
  return failed.length === 0 ? 0 : 1;
});

async function printForbiddenImports() {
  const found = await checkImportWalls(packageRoot);
  console.log(found.length === 0 ? "No import crosses a wall." : found.join("\n"));
  return found.length === 0 ? 0 : 1;
}
