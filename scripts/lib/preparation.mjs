import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProgram } from "./bundle.mjs";
import { installDependencies } from "./install.mjs";
import { requireNode } from "./runtime.mjs";

/** The directory of package.json. */
export const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Installs and builds what is missing or old; resolves to the path of a Node that runs the program. */
export async function prepareProgram(root = packageRoot) {
  const node = await prepareTools(root);
  if ((await buildProgram(root)) === "built") process.stderr.write("Built dist/.\n");
  return node;
}

/** Installs what is missing or old; resolves to the path of a Node that runs the program. */
export async function prepareTools(root = packageRoot) {
  await installDependencies(root);
  return requireNode(root);
}

/** Runs a script's main function: its exit code becomes the process's, a failure is told in one paragraph. */
export async function runScript(main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    tellFailure(error);
    process.exitCode = 1;
  }
}

/** Writes the message of an error, which names the next step, to stderr. */
export function tellFailure(error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
