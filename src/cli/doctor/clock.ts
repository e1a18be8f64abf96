import { statSync } from "node:fs";
import { join } from "node:path";
import { type DoctorCheck, ok, warning } from "./finding.ts";

const toleranceMs = 5 * 60_000;

/** Files that were written in the future: the clock was ahead, or is behind now. */
export const checkClock: DoctorCheck = {
  area: "clock",
  run: async ({ paths }) => {
    const files = [paths.hubLog, paths.hubLock, join(paths.catalogDirectory, "catalog.sqlite"), paths.configFile];
    const ahead = files.flatMap((file) => {
      const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
      return mtimeMs > Date.now() + toleranceMs ? [`${file} (${new Date(mtimeMs).toISOString()})`] : [];
    });
    return ahead.length === 0
      ? [ok("the clock is not behind the files")]
      : [
          warning(
            `The clock says ${new Date().toISOString()}, but files were written later: ${ahead.join(", ")}.`,
            "Set the clock; nothing is lost by the jump.",
          ),
        ];
  },
};
