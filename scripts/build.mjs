import { prepareTools, packageRoot, runScript } from "./lib/preparation.mjs";
import { buildProgram } from "./lib/bundle.mjs";

await runScript(async () => {
  await prepareTools();
  const result = await buildProgram(packageRoot);
  console.log(result === "built" ? "Built dist/." : "dist/ is up to date.");
  return 0;
});
