import { copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Puts the tables of the built-in embedding into `directory`, where src/embed/static-embedder.ts looks for them in the bundle. A table
 * keeps its name for ever, so one that is there in full is left alone, and a program that runs reads what it began with.
 */
export async function shipTables(directory, root) {
  const source = join(root, "src", "embed", "table");
  const names = (await readdir(source).catch(() => [])).filter((name) => name.endsWith(".bin"));
  await mkdir(directory, { recursive: true });
  for (const name of names) {
    if (await isSame(join(source, name), join(directory, name))) continue;
    const scratch = join(directory, `${name}.${process.pid}`);
    await copyFile(join(source, name), scratch);
    await rename(scratch, join(directory, name));
  }
  for (const name of await readdir(directory)) if (!names.includes(name)) await rm(join(directory, name));
}

async function isSame(source, target) {
  const [wanted, present] = await Promise.all([readFile(source), readFile(target).catch(() => null)]);
  return present !== null && wanted.equals(present);
}
