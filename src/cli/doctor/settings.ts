import { type DoctorCheck, failure, ok } from "./finding.ts";

/** Wrong values, unknown names, files that cannot be read. */
export const checkSettings: DoctorCheck = {
  area: "settings",
  run: async ({ settingProblems, paths }) =>
    settingProblems.length === 0
      ? [ok("settings are valid")]
      : settingProblems.map(({ message, hint }) =>
          failure(message, hint ?? `See commons config, and ${paths.configFile}.`),
        ),
};
