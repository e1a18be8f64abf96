import { symlink } from "node:fs/promises";
import { join } from "node:path";

// Vite reads these in a path as parts of a URL.
const refusedByVite = /[#?]/;

/**
 * How to run vitest on the package at `root`: by its own path, or by a link in `scratch` where Vite refuses a character of that path.
 * The link is for vitest and what it imports; the programs that tests start resolve it, and so run below the real name.
 * Throws for a path with an asterisk: the built program runs there, but not its sources, which most tests start.
 */
export async function plainPath(root, scratch) {
  if (root.includes("*")) {
    throw new Error(
      `${root} has an asterisk (*) in its name, and Node takes that for a pattern when it looks for packages. ` +
        "Rename the directory, then run npm test again. npm start works as it is.",
    );
  }
  if (!refusedByVite.test(root)) return { root, nodeArgs: [], vitestArgs: [] };
  const link = join(scratch, "checkout");
  await symlink(root, link, "junction").catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  return {
    root: link,
    nodeArgs: ["--preserve-symlinks", "--preserve-symlinks-main"],
    // The usual loader of the configuration follows links.
    vitestArgs: ["--root", link, "--configLoader", "native"],
  };
}
