import type { Script, Step } from "./script.ts";
import type { SimulatedSession } from "./simulated-session.ts";

/** Calls that a session makes one after another. */
export interface Lane {
  readonly session: SimulatedSession;
  readonly steps: Extract<Step, { by: number }>[];
  isBusy: boolean;
}

/** Calls of one session beside each other. */
const lanesEach = 2;

/** Steps of a session go to its lanes in turn. */
export function dealLanes(script: Script, sessions: readonly SimulatedSession[]): Lane[] {
  const lanes = sessions.flatMap((session) =>
    Array.from({ length: lanesEach }, (): Lane => ({ session, steps: [], isBusy: false })),
  );
  const dealt = new Map<number, number>();
  for (const step of script.steps) {
    if (step.by === "world") continue;
    const number = dealt.get(step.by) ?? 0;
    dealt.set(step.by, number + 1);
    lanes[step.by * lanesEach + (number % lanesEach)]?.steps.push(step);
  }
  return lanes;
}
