import { withoutSecrets } from "../../config/secrets.ts";
import { listOurs, removeOurs, type OwnThing, type RuntimeAccess } from "../../container/leftovers.ts";
import { installedRuntimes } from "../../container/runtime.ts";
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

const mostShown = 10;

/** Containers of this home's sessions whose session is gone: what a crash of the daemon or the machine leaves, with each program that is installed. */
export const checkContainers: DoctorCheck = {
  area: "containers",
  run: async (context) => {
    const accesses = accessesOf(context);
    if (accesses.length === 0) return [skipped("there is no docker or podman here")];
    const things: OwnThing[] = [];
    const silent: string[] = [];
    for (const access of accesses) {
      const found = await listOurs(access).catch(() => null);
      if (found === null) silent.push(access.runtime.kind);
      else things.push(...found);
    }
    const findings = findingsOf(things);
    // Nobody needs it but who runs sessions in containers, and there the session says why it does not start.
    for (const kind of silent) findings.push(skipped(`${kind} does not answer, so its containers were not looked at`));
    return findings.length > 0 ? findings : [ok("no container is left over")];
  },
};

function findingsOf(things: readonly OwnThing[]): Finding[] {
  const left = things.filter(({ isLeftover }) => isLeftover);
  const living = things.length - left.length;
  const findings: Finding[] = [];
  if (left.length > 0)
    findings.push(
      warning(
        `${countOf(left.length, "container")} of sessions that are gone: ${left.slice(0, mostShown).map(shown).join(", ")}${left.length > mostShown ? " ..." : ""}.`,
        "commons doctor --fix removes them, and no others.",
        removal,
      ),
    );
  if (living > 0) findings.push(note(`${countOf(living, "session")} in containers.`));
  return findings;
}

const removal: Repair = {
  title: "Removes containers of sessions that are gone.",
  needsConsent: false,
  key: "containers",
  run: async (context) => {
    const told: string[] = [];
    for (const access of accessesOf(context)) {
      // Looked at again: what has ended by itself meanwhile is no leftover.
      const left = (await listOurs(access).catch(() => [])).filter(({ isLeftover }) => isLeftover);
      const failed = await removeOurs(access, left);
      const removed = left.filter((thing) => !failed.some((each) => each.thing === thing));
      if (removed.length > 0) told.push(`Removed ${removed.map(({ name }) => name).join(", ")}.`);
      told.push(...failed.map(({ thing, reason }) => `${thing.name} stays: ${reason}`));
    }
    return told;
  },
};

function shown({ name, state }: OwnThing): string {
  return `${name} (${state})`;
}

function accessesOf({ settings, env, paths }: DoctorContext): RuntimeAccess[] {
  return installedRuntimes(settings["containers.runtime"], env).map((runtime) => ({
    runtime,
    env: withoutSecrets(env),
    home: paths.home,
  }));
}
