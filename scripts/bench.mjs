import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./lib/child-process.mjs";
import { packageRoot, prepareProgram, runScript } from "./lib/preparation.mjs";

// `npm run bench -- [NAME [ARGUMENT...]]`: runs bench/NAME/main.ts, or every benchmark without arguments.
await runScript(async ([name, ...args]) => {
  const all = readdirSync(join(packageRoot, "bench")).filter((entry) => existsSync(mainFile(entry)));
  if (name !== undefined && !all.includes(name))
    throw new Error(`No benchmark ${name}. There are: ${all.join(", ") || "none"}.`);
  const node = await prepareProgram();
  let exitCode = 0;
  for (const entry of name === undefined ? all : [name]) {
    exitCode ||= await runProgram(node, [mainFile(entry), ...args], { cwd: packageRoot });
  }
  return exitCode;
});

function mainFile(name) {
  return join(packageRoot, "bench", name, "main.ts");
}
