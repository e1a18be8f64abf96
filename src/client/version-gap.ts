import { isProgramPresent, type Program } from "../config/program.ts";
import { CommonsError } from "../core/errors.ts";
import { protocolVersion } from "../protocol/operations.ts";
import type { Hello } from "../protocol/views.ts";

/** The two programs that do not understand one another. */
export interface Gap {
  readonly hello: Hello;
  readonly program: Program;
  /** The hub was reached over TCP: this program can neither stop nor replace it. */
  readonly isRemote: boolean;
}

/** Version and build of a program; build 0 is unknown. */
type Age = Pick<Program, "version" | "build">;

/** Errors: HUB_INCOMPATIBLE, which says which side to update. */
export function requireCompatible(gap: Gap): Hello {
  const { hello, program } = gap;
  if (hello.protocol === protocolVersion) return hello;
  throw new CommonsError(
    "HUB_INCOMPATIBLE",
    `The hub (${named(hello)}) speaks hub protocol ${hello.protocol}, this program (${named(program)}) ${protocolVersion}.`,
    { hint: nextStep(gap, hello.protocol < protocolVersion) },
  );
}

/**
 * The error of a call. Where the hub knows no such operation, field or value, and is not of this program's age, that is no mistake of the
 * caller: HUB_INCOMPATIBLE, with what to update.
 */
export function explained(error: CommonsError, operation: string, gap: Gap): CommonsError {
  const { hello, program } = gap;
  const order = compareAges(hello, program);
  if (error.details?.["isUnknown"] !== true || order === 0) return error;
  return new CommonsError(
    "HUB_INCOMPATIBLE",
    `The hub (${named(hello)}) does not understand ${operation} of this program (${named(program)}): ${error.message}`,
    { hint: nextStep(gap, order < 0), cause: error },
  );
}

/** Negative when a is older, 0 when the two are of one age or nobody can tell. Of versions, the numbers of x.y.z count. */
export function compareAges(a: Age, b: Age): number {
  const [left, right] = [numbersOf(a.version), numbersOf(b.version)];
  for (const [index, number] of left.entries()) {
    const difference = number - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return isKnown(a.build) && isKnown(b.build) ? a.build - b.build : 0;
}

function nextStep({ program, isRemote }: Gap, isHubOlder: boolean): string {
  if (!isHubOlder) return "Update this installation of chroma-commons, then restart the agent.";
  if (isRemote) return "Update chroma-commons on the hub's machine, then run there: commons hub stop";
  // It would have replaced the hub.
  if (!isProgramPresent(program)) return "This program was removed or moved: install it again, then restart the agent.";
  return "Stop the old hub; the next call starts one of this version: commons hub stop";
}

function named({ version, build }: Age): string {
  if (!isKnown(build)) return `version ${version}`;
  return `version ${version}, built ${new Date(build).toISOString().slice(0, 16)}Z`;
}

/** Another program's hello may hold anything, or nothing. A date ends at 8.64e15 ms. */
function isKnown(build: number): boolean {
  return Number.isSafeInteger(build) && build > 0 && build < 8.64e15;
}

function numbersOf(version: string): number[] {
  const parts = version.split(/[.-]/, 3).map((part) => Number.parseInt(part, 10) || 0);
  return [0, 1, 2].map((index) => parts[index] ?? 0);
}
