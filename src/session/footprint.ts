import { setFlagsFromString } from "node:v8";

/**
 * Takes back what bin/commons.mjs set so that a waiting session stays small. Not Maglev, the compiler for middling code, which some
 * versions of Node have off: hot code gets there without it.
 */
export function useFullSpeed(): void {
  for (const flag of ["--opt", "--sparkplug", "--semi-space-growth-factor=2"]) setFlagsFromString(flag);
}
