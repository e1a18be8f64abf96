import { symlink } from "node:fs/promises";
import { join } from "node:path";

// Vite reads these in a path as parts of a URL or of a glob pattern.
const refusedByVite = /[#?*]/;

/**
 * How to run vitest on the package at `root`: by its own path, or by a link in `scratch` where Vite refuses a character of that path.
 * The link is for vitest and what it imports; the programs that tests start resolve it, and so run below the real name.
 */
export async function plainPath(root, scratch) {
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
