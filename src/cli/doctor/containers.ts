import { withoutSecrets } from "../../config/secrets.ts";
import { listOurs, removeOurs, type OwnThing, type RuntimeAccess } from "../../container/leftovers.ts";
import { findRuntime } from "../../container/runtime.ts";
import { CommonsError } from "../../core/errors.ts";
import { countOf } from "../../core/quantities.ts";
import {
  type DoctorCheck,
  type DoctorContext,
  type Finding,
  note,
  ok,
  type Repair,
  skipped,
  warning,
} from "./finding.ts";

/** Containers of this home's sessions whose session is gone: what a crash of the daemon or the machine leaves. */
export const checkContainers: DoctorCheck = {
  area: "containers",
  run: async (context) => {
    const access = accessOf(context);
    if (access === null) return [skipped("there is no docker or podman here")];
    let things: OwnThing[];
    try {
      things = await listOurs(access);
    } catch {
      // Nobody needs it but who runs sessions in containers, and there the session says why it does not start.
      return [skipped(`${access.runtime.kind} does not answer, so containers were not looked at`)];
    }
    const left = things.filter(({ isLeftover }) => isLeftover);
    const living = things.length - left.length;
    const findings: Finding[] = [];
    if (left.length > 0)
      findings.push(
        warning(
          `${countOf(left.length, "container")} of sessions that are gone: ${left.slice(0, 10).map(shown).join(", ")}${left.length > 10 ? " ..." : ""}.`,
          "commons doctor --fix removes them, and no others.",
          removal,
        ),
      );
    if (living > 0) findings.push(note(`${countOf(living, "session")} in containers.`));
    return findings.length > 0 ? findings : [ok("no container is left over")];
  },
};

const removal: Repair = {
  title: "Removes containers of sessions that are gone.",
  needsConsent: false,
  key: "containers",
  run: async (context) => {
    const access = accessOf(context);
    if (access === null) return [];
    // Looked at again: what has ended by itself meanwhile is no leftover.
    const left = (await listOurs(access)).filter(({ isLeftover }) => isLeftover);
    const failed = await removeOurs(access, left);
    const removed = left.filter((thing) => !failed.some((each) => each.thing === thing));
    return [
      ...(removed.length > 0 ? [`Removed ${removed.map(({ name }) => name).join(", ")}.`] : []),
      ...failed.map(({ thing, reason }) => `${thing.name} stays: ${reason}`),
    ];
  },
};

function shown({ name, state }: OwnThing): string {
  return `${name} (${state})`;
}

function accessOf({ settings, env, paths }: DoctorContext): RuntimeAccess | null {
  try {
    return { runtime: findRuntime(settings["containers.runtime"], env), env: withoutSecrets(env), home: paths.home };
  } catch (error) {
    if (error instanceof CommonsError && error.code === "CONTAINERS_UNAVAILABLE") return null;
    throw error;
  }
}
