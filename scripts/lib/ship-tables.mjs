import { copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";

/**
 * Puts the tables of the built-in embedding and of places into `directory`, where src/embed/static-embedder.ts and src/places/places.ts
 * look for them in the bundle. A table keeps its name for ever, so one that is there in full is left alone, and a program that runs
 * reads what it began with.
 */
export async function shipTables(directory, root) {
  const sources = (
    await Promise.all(["embed", "places"].map((folder) => tablesOf(join(root, "src", folder, "table"))))
  ).flat();
  await mkdir(directory, { recursive: true });
  for (const source of sources) {
    const target = join(directory, basename(source));
    if (await isSame(source, target)) continue;
    const scratch = `${target}.${process.pid}`;
    await copyFile(source, scratch);
    await rename(scratch, target);
  }
  const names = sources.map((source) => basename(source));
  for (const name of await readdir(directory)) if (!names.includes(name)) await rm(join(directory, name));
}

async function tablesOf(folder) {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".bin")).map((name) => join(folder, name));
}

async function isSame(source, target) {
  const [wanted, present] = await Promise.all([readFile(source), readFile(target).catch(() => null)]);
  return present !== null && wanted.equals(present);
}
