import { drawScript } from "./script.ts";
import { describeFailure, shrink } from "./shrink.ts";
import { simulate } from "./simulate.ts";
import type { HubDoubles } from "./simulated-hub.ts";
import type { SimulationTools } from "./simulation-tools.ts";

export interface SeedRange {
  readonly first: number;
  readonly count: number;
  /** Of each run. */
  readonly sessions: number;
  readonly steps: number;
  /** The first failure is not made smaller. */
  readonly isQuick?: boolean;
  /** After this no new run begins: a machine that is busy with other things does fewer. */
  readonly maxMs?: number;
}

export interface RangeReport {
  readonly runs: number;
  readonly calls: number;
  /** The first failure, shrunk and described; null: none. */
  readonly failure: string | null;
}

const maxShrinkRuns = 150;

/** Runs the scripts of some seeds, up to the first that fails. */
export async function runSeeds(
  { first, count, sessions, steps, isQuick = false, maxMs = Number.POSITIVE_INFINITY }: SeedRange,
  tools: SimulationTools,
  doubles: HubDoubles = {},
): Promise<RangeReport> {
  let calls = 0;
  // The simulation has a clock of its own.
  const endsAtMs = performance.now() + maxMs;
  for (let seed = first; seed < first + count; seed++) {
    if (performance.now() > endsAtMs) return { runs: seed - first, calls, failure: null };
    const script = drawScript(seed, { sessions, steps });
    const verdict = await simulate(script, tools, doubles);
    calls += verdict.calls;
    if (verdict.problem === null) continue;
    const shrunk = await shrink(script, { tools, doubles, maxRuns: isQuick ? 1 : maxShrinkRuns });
    return { runs: seed - first + 1, calls, failure: describeFailure(shrunk) };
  }
  return { runs: count, calls, failure: null };
}

/** Seeds that a person wants to see again: COMMONS_SIMULATION_SEED, alone. */
export function chosenSeeds(env: NodeJS.ProcessEnv, otherwise: SeedRange): SeedRange {
  const seed = Number(env["COMMONS_SIMULATION_SEED"]);
  return Number.isInteger(seed) && seed > 0 ? { ...otherwise, first: seed, count: 1 } : otherwise;
}
