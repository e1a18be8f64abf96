import { Inconsistency } from "./checker.ts";
import type { Script } from "./script.ts";
import type { HubDoubles } from "./simulated-hub.ts";
import { Simulation } from "./simulation.ts";
import type { SimulationTools } from "./simulation-tools.ts";

export interface Verdict {
  /** null: all was as the model says. */
  readonly problem: string | null;
  /** What happened before it; empty without a problem. */
  readonly lines: readonly string[];
  readonly calls: number;
}

/** Runs the script: the same script, with the same doubles, goes the same way each time. */
export async function simulate(script: Script, tools: SimulationTools, doubles: HubDoubles = {}): Promise<Verdict> {
  const simulation = new Simulation(script, tools, doubles);
  try {
    await simulation.run();
    return { problem: null, calls: simulation.report().calls, lines: [] };
  } catch (error) {
    return { problem: textOf(error), ...simulation.report() };
  } finally {
    simulation.close();
  }
}

function textOf(error: unknown): string {
  if (error instanceof Inconsistency) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
