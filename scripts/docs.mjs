import { join } from "node:path";
import { runProgram } from "./lib/child-process.mjs";
import { packageRoot, prepareTools, runScript } from "./lib/preparation.mjs";

// `npm run docs` writes the generated pages under docs/reference/; with `-- --check` it only compares and fails on a difference.
await runScript(async (args) => {
  const node = await prepareTools();
  return runProgram(node, [join(packageRoot, "scripts", "generate-docs.ts"), ...args], { cwd: packageRoot });
});
