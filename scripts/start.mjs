import { join } from "node:path";
import { runProgram } from "./lib/child-process.mjs";
import { packageRoot, prepareProgram, runScript } from "./lib/preparation.mjs";

// `npm start -- PATH...`: from a fresh clone to a running hub with the paths (or this repository) ingested.
await runScript(async (args) => {
  const node = await prepareProgram();
  const ownExample = args.length === 0 ? ["--query", "how does a session find the hub"] : [];
  const up = ["up", "--default-path", packageRoot, ...ownExample, ...args];
  const command = [join(packageRoot, "bin", "commons.mjs"), ...up];
  // npm changes to the package's directory; relative paths are meant from where the person stands.
  return await runProgram(node, command, { cwd: process.env["INIT_CWD"] ?? process.cwd() });
});
