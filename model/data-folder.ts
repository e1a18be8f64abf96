import { resolve } from "node:path";

/** The folder of `--data`, as an absolute path. Without one the process ends with 2: gigabytes must not land in the repository. */
export function dataFolder(given: string | undefined): string {
  if (given !== undefined && given !== "") return resolve(given);
  console.error("--data DIRECTORY is missing: a directory outside of the repository, with 6 GB free.");
  return process.exit(2);
}
