import type { Random } from "../fixtures/random.ts";
import { pick, randomFor } from "./call-queues.ts";
import { contentCount, recordIdOf, textsOf } from "./contents.ts";

/** What one session does; it is all that the simulation needs to do it again. */
export type Action =
  | { readonly kind: "ensure"; readonly collection: string; readonly as: "permanent" | "temporary" | "any" }
  | {
      readonly kind: "write";
      readonly collection: string;
      readonly isNote: boolean;
      readonly files: readonly { readonly path: string; readonly content: number; readonly team: string }[];
      readonly renames: readonly { readonly from: string; readonly to: string; readonly content: number }[];
      readonly touches: readonly string[];
      readonly removals: readonly string[];
      /** How long ago the files were read. */
      readonly ageMs: number;
    }
  | {
      readonly kind: "delete";
      readonly collection: string;
      readonly ids: readonly string[] | null;
      readonly team: string | null;
      readonly isDryRun: boolean;
      readonly force: boolean;
    }
  | { readonly kind: "unload"; readonly collection: string; readonly force: boolean }
  | { readonly kind: "restore"; readonly collection: string }
  /** `which`: of the removals so far, counted back from the last. */
  | { readonly kind: "undo"; readonly which: number }
  | {
      readonly kind: "promote";
      readonly from: string;
      readonly name: string;
      readonly overwrite: boolean;
      readonly force: boolean;
    }
  | { readonly kind: "scope"; readonly collection: string; readonly directory: string; readonly isWatched: boolean }
  | {
      readonly kind: "search";
      readonly collections: readonly string[] | "*";
      readonly content: number;
      readonly part: number;
    }
  | { readonly kind: "list" }
  | { readonly kind: "known"; readonly collection: string }
  | { readonly kind: "leave" };

/** What happens to the machine. */
export type WorldEvent =
  | { readonly kind: "hub killed" }
  | { readonly kind: "disk full"; readonly afterStatements: number }
  | { readonly kind: "engine refuses"; readonly calls: number }
  | { readonly kind: "engine answers are lost"; readonly calls: number }
  | { readonly kind: "engine forgets"; readonly space: string; readonly collection: string }
  | { readonly kind: "clock jumps"; readonly ms: number }
  | { readonly kind: "time passes"; readonly ms: number }
  | { readonly kind: "words merge" }
  | { readonly kind: "trash is purged" };

export type Step =
  | { readonly by: number; readonly action: Action; readonly isCut: boolean }
  | { readonly by: "world"; readonly event: WorldEvent };

export interface Script {
  readonly seed: number;
  readonly sessions: number;
  readonly steps: readonly Step[];
}

const spaces = ["default", "other"];
const permanentNames = ["alpha", "beta", "gamma"];
const temporaryNames = ["scratch", "alpha"];
const paths = ["a.ts", "b.ts", "src/c.ts", "src/d.ts", "e.md"];
const noteIds = ["n1", "n2", "a.ts"];
const teams = ["red", "blue", "given"];
const sharedWorkspaces = 7;

/** Sessions of one number share a directory. */
export function workspaceOf(session: number): number {
  return session % sharedWorkspaces;
}

export function spaceOf(session: number): string {
  return spaces[session % 3 === 2 ? 1 : 0] ?? "";
}

/** A script of so many steps of sessions; what happens to the machine comes in between. */
export function drawScript(seed: number, size: { readonly sessions: number; readonly steps: number }): Script {
  const random = randomFor(seed, "script");
  // Some runs are calm, so that what goes wrong without any fault is found too.
  const faultsPerHundred = pick(random, [0, 3, 6, 12]);
  const steps: Step[] = [];
  for (let number = 0; number < size.steps; number++) {
    const by = random(size.sessions);
    steps.push({ by, action: drawAction(random, by), isCut: random(100) < faultsPerHundred });
    if (random(100) < faultsPerHundred) steps.push({ by: "world", event: drawEvent(random) });
  }
  return { seed, sessions: size.sessions, steps };
}

type Draw = (random: Random, session: number) => Action;

const drawings: readonly (readonly [weight: number, draw: Draw])[] = [
  [8, (random) => ({ kind: "ensure", ...drawKind(random) })],
  [42, drawWrite],
  [10, drawDelete],
  [5, (random) => ({ kind: "unload", collection: drawName(random), force: random(3) > 0 })],
  [5, (random) => ({ kind: "restore", collection: pick(random, permanentNames) })],
  [6, (random) => ({ kind: "undo", which: random(8) })],
  [4, drawPromote],
  [4, drawScope],
  [10, drawSearch],
  [5, () => ({ kind: "list" })],
  [6, (random) => ({ kind: "known", collection: drawName(random) })],
  [3, () => ({ kind: "leave" })],
];
const totalWeight = drawings.reduce((sum, [weight]) => sum + weight, 0);

function drawAction(random: Random, session: number): Action {
  let left = random(totalWeight);
  for (const [weight, draw] of drawings) {
    if (left < weight) return draw(random, session);
    left -= weight;
  }
  return { kind: "list" };
}

function drawName(random: Random): string {
  return random(6) === 0 ? pick(random, temporaryNames) : pick(random, permanentNames);
}

function drawKind(random: Random): { collection: string; as: "permanent" | "temporary" | "any" } {
  if (random(4) === 0) return { collection: pick(random, temporaryNames), as: "temporary" };
  return { collection: drawName(random), as: pick(random, ["permanent", "any", "any"]) };
}

function drawWrite(random: Random): Action {
  const isNote = random(4) === 0;
  const names = isNote ? noteIds : paths;
  const free = new Set(names);
  const take = (): string[] => {
    const path = pick(random, names);
    return free.delete(path) ? [path] : [];
  };
  const some = (most: number): string[] => Array.from({ length: random(most + 1) }, take).flat();
  const renames = isNote || random(3) > 0 ? [] : some(2).flatMap((from) => drawRename(random, from, take));
  const files = [...take(), ...some(isNote ? 0 : 2)].map((path) => ({
    path,
    content: random(contentCount),
    team: pick(random, teams),
  }));
  return {
    kind: "write",
    collection: drawName(random),
    isNote,
    files,
    renames,
    touches: isNote ? [] : some(1),
    removals: random(3) === 0 ? some(2) : [],
    ageMs: random(4) === 0 ? random(5_000) : 0,
  };
}

function drawRename(
  random: Random,
  from: string,
  take: () => string[],
): { from: string; to: string; content: number }[] {
  return take().map((to) => ({ from, to, content: random(contentCount) }));
}

function drawDelete(random: Random): Action {
  const isDryRun = random(5) === 0;
  const force = random(3) > 0;
  const collection = drawName(random);
  const team = random(4) === 0 ? pick(random, teams) : null;
  if (team !== null) return { kind: "delete", collection, ids: null, team, isDryRun, force };
  const ids = Array.from({ length: 1 + random(3) }, () => drawId(random));
  return { kind: "delete", collection, ids, team: null, isDryRun, force };
}

function drawId(random: Random): string {
  const path = pick(random, paths);
  const place = { sourceKey: `ws-${random(sharedWorkspaces)}`, path };
  const texts = textsOf(random(contentCount));
  if (random(4) === 0) return pick(random, noteIds);
  if (random(4) === 0 && texts.length > 0) return recordIdOf(place, texts, random(texts.length));
  return random(2) === 0 ? path : `${place.sourceKey}/${path}`;
}

function drawPromote(random: Random): Action {
  const name = pick(random, permanentNames);
  return { kind: "promote", from: "scratch", name, overwrite: random(2) === 0, force: random(2) === 0 };
}

function drawScope(random: Random): Action {
  const directory = pick(random, ["", "src", "src/deep"]);
  return { kind: "scope", collection: drawName(random), directory, isWatched: random(2) === 0 };
}

function drawSearch(random: Random): Action {
  const collections = random(3) === 0 ? "*" : [...new Set([drawName(random), drawName(random)])];
  return { kind: "search", collections, content: random(contentCount), part: random(3) };
}

function drawEvent(random: Random): WorldEvent {
  switch (random(10)) {
    case 0:
      return { kind: "hub killed" };
    case 1:
    case 2:
      return { kind: "disk full", afterStatements: random(40) };
    case 3:
      return { kind: "engine refuses", calls: 1 + random(6) };
    case 4:
      return { kind: "engine answers are lost", calls: 1 + random(6) };
    case 5:
      return { kind: "engine forgets", space: pick(random, spaces), collection: pick(random, permanentNames) };
    case 6:
      return { kind: "clock jumps", ms: (random(2) === 0 ? 1 : -1) * pick(random, [1_000, 60_000, 86_400_000]) };
    case 7:
      return { kind: "time passes", ms: pick(random, [10, 1_000, 20_000]) };
    case 8:
      return { kind: "trash is purged" };
    default:
      return { kind: "words merge" };
  }
}
