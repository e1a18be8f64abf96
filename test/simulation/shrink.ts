import type { Script, Step } from "./script.ts";
import { simulate, type Verdict } from "./simulate.ts";
import type { HubDoubles } from "./simulated-hub.ts";
import type { SimulationTools } from "./simulation-tools.ts";

export interface Shrunk {
  readonly script: Script;
  readonly verdict: Verdict;
}

/**
 * Leaves out steps of a failing script for as long as it still fails, first many at once, then one by one; at most so many runs. Whatever
 * fails counts, because with fewer steps the calls meet each other in another order.
 */
export async function shrink(
  script: Script,
  options: { readonly tools: SimulationTools; readonly doubles?: HubDoubles; readonly maxRuns: number },
): Promise<Shrunk> {
  let best: Shrunk = { script, verdict: await simulate(script, options.tools, options.doubles) };
  let runs = 1;
  for (let size = Math.ceil(script.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < best.script.steps.length && runs < options.maxRuns;) {
      const steps = best.script.steps.toSpliced(start, size);
      const verdict = await simulate({ ...script, steps }, options.tools, options.doubles);
      runs += 1;
      if (verdict.problem === null) start += size;
      else best = { script: { ...script, steps }, verdict };
    }
  }
  return best;
}

/** The script, what went wrong and what led to it, for a person who wants to do it again. */
export function describeFailure({ script, verdict }: Shrunk): string {
  return [
    `Seed ${script.seed}: ${verdict.problem ?? "nothing"}`,
    `What is left of the script (COMMONS_SIMULATION_SEED=${script.seed} runs all of it):`,
    ...script.steps.map(describeStep),
    "What happened last:",
    ...verdict.lines.slice(-40),
  ].join("\n");
}

function describeStep(step: Step): string {
  if (step.by === "world") return `  the machine: ${JSON.stringify(step.event)}`;
  return `  session ${step.by}${step.isCut ? ", whose first answer is lost" : ""}: ${JSON.stringify(step.action)}`;
}
