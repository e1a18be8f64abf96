import { rm } from "node:fs/promises";
import { join } from "node:path";
import { buildProgram } from "./lib/bundle.mjs";
import { packageRoot, prepareTools, runScript } from "./lib/preparation.mjs";

// `npm run build`; with `-- --clean`, as before packing, nothing of earlier builds stays in dist/.
await runScript(async (args) => {
  await prepareTools();
  if (args.includes("--clean")) await rm(join(packageRoot, "dist"), { recursive: true, force: true });
  const result = await buildProgram(packageRoot);
  console.log(result === "built" ? "Built dist/." : "dist/ is up to date.");
  return 0;
});
