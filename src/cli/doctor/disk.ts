import { accessSync, constants, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { formatBytes } from "../../core/quantities.ts";
import { type DoctorCheck, failure, ok, warning } from "./finding.ts";

const fullBytes = 50_000_000;
const lowBytes = 1_000_000_000;

/** Room on the disk of the home, and whether it can be written. */
export const checkDisk: DoctorCheck = {
  area: "disk",
  run: async ({ paths }) => {
    const place = existingParent(paths.home);
    const stat = await statfs(place);
    const freeBytes = stat.bavail * stat.bsize;
    const fact = `${formatBytes(freeBytes)} are free on the disk of ${paths.home}`;
    const room =
      freeBytes < fullBytes
        ? failure(`${fact}.`, "Free some room: nothing can be stored.")
        : freeBytes < lowBytes
          ? warning(`${fact}.`, "Free some room before it is full.")
          : ok(fact);
    try {
      accessSync(place, constants.W_OK);
      return [room];
    } catch (error) {
      return [
        room,
        failure(`${place} cannot be written (${String(error)}).`, "Mount it for writing, or set COMMONS_HOME."),
      ];
    }
  },
};

function existingParent(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingParent(dirname(path));
}
