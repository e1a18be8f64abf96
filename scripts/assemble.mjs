import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assembleScan } from "./lib/assemble-scan.mjs";
import { packageRoot, prepareTools, runScript } from "./lib/preparation.mjs";

// `npm run assemble` makes the WebAssembly of the vector scan from its text; run it after every change of scan.wat.
await runScript(async () => {
  await prepareTools();
  const folder = join(packageRoot, "src", "search", "vector-scan");
  await writeFile(join(folder, "scan-program.ts"), await assembleScan(join(folder, "scan.wat")));
  console.log("Wrote src/search/vector-scan/scan-program.ts.");
  return 0;
});
