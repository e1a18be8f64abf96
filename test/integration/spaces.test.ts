import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations, headers, type OperationName } from "../../src/protocol/operations.ts";
import { joinHub, type RawAnswer, type RawSession } from "../fixtures/raw-hub.ts";
import { attacksWith, documentOf, sourceOf, wholeScope, type Known } from "../fixtures/space-attacks.ts";
import { World } from "../fixtures/world.ts";

// Safe: the names are the table's own keys.
const names = Object.keys(operations) as OperationName[];
const secret = "quokkaword";

/** Of the same form as the victim's, and nobody's. */
function ghost(): Known {
  return {
    collection: "zebra_ghost_code",
    collectionId: randomUUID(),
    sourceKey: "ws-00000000000000aa",
    sourcePath: "/home/ghost/app",
    path: "src/ghost.ts",
    noteId: "ghost-note",
    hash: "ghosthash",
    text: "export const ghostword = shared;",
    scopeId: 900_001,
    receipt: 900_002,
    workKey: "ghost-work",
    runId: "ghost-run-1",
  };
}

/** Fills a collection as an agent would, with a scope that is watched, a removal, and work under way and done. */
async function settle(session: RawSession, kind: "permanent" | "temporary"): Promise<Known> {
  const base = {
    ...ghost(),
    collection: `quokka_${kind}_code`,
    sourceKey: "ws-00000000000000bb",
    sourcePath: "/home/quokka/app",
    path: "src/quokka.ts",
    noteId: "quokka-note",
    hash: `quokkahash-${kind}`,
    text: `export const ${secret} = shared;`,
    workKey: `quokka-work-${kind}`,
    runId: `quokka-run-${kind}`,
  };
  const { collection } = await session.get("collections.ensure", { collection: base.collection, kind });
  // Safe: what the operation answers.
  const collectionId = (collection as { id: string }).id;
  const source = sourceOf(base);
  const gone = documentOf({ ...base, path: "src/quokka-gone.ts", hash: "quokkagone" });
  const documents = [documentOf(base), gone];
  await session.get("documents.write", {
    collectionId,
    source,
    changes: { documents, renames: [], touches: [], removals: [] },
  });
  const scope = { collectionId, source, scope: wholeScope, isWatched: true, mirroredAtMs: 1 };
  const scopeId = Number((await session.get("scopes.save", scope))["id"]);
  await session.get("documents.delete", {
    collection: base.collection,
    ids: [gone.path],
    sourceKey: base.sourceKey,
    isDryRun: false,
  });
  const receipts = await session.call("receipts.list", { collection: base.collection, limit: 1 });
  // Safe: what the operation answers.
  const receipt = receipts.ok ? ((receipts.result as { id: number }[])[0]?.id ?? 0) : 0;
  const run = { key: base.workKey, runId: base.runId };
  const done = { key: `${run.key}-finished`, runId: `${run.runId}-finished` };
  for (const each of [run, done])
    await session.get("work.claim", { ...each, kind: "watch", title: `${secret} into ${base.collection}` });
  await session.get("work.finish", { ...done, result: { text: secret } });
  await session.get("session.describe", { activity: null });
  return { ...base, collectionId, scopeId, receipt };
}

/** What the victim sees of its own. */
async function ownView(session: RawSession, { collection, collectionId, sourceKey, text }: Known): Promise<string> {
  const looks: [string, unknown][] = [
    ["collections.get", { collection }],
    ["documents.known", { collectionId, sourceKey, after: null, limit: 100 }],
    ["sources.state", { collectionId, sourceKey }],
    ["scopes.watched", {}],
    ["receipts.list", { limit: 1_000 }],
    ["work.list", {}],
    ["search", { collections: [collection], query: text, limit: 10, mode: "keyword", filters: {} }],
  ];
  const seen: unknown[] = [];
  for (const [operation, input] of looks) seen.push(await session.call(operation, input));
  return steady(seen);
}

/** Without what is another at every call (times, memory, ids made by chance) or of all spaces (the size on the disk, shared vectors). */
function steady(value: unknown): string {
  const moving = /(Ms|At|Bytes|^ms|^calls|^seq|^id|^receipt|^instance|^sessionId|^pid|^vectors)$/;
  return JSON.stringify(value, (key, each: unknown) => (moving.test(key) && key !== "collectionId" ? "-" : each), 1);
}

/** An answer with the names that were asked for taken out: what is left must not tell whether they exist. */
function told(answer: RawAnswer, known: Known, session: RawSession): string {
  let text = steady(answer).replaceAll(session.sessionId, "ME");
  for (const [field, value] of Object.entries(known))
    if (typeof value === "string") text = text.replaceAll(value, field);
  return text
    .replaceAll(/receipt \d+/g, "receipt N")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(/(stranger|guest)-[\w-]+/g, "SPACE");
}

describe("isolation", { timeout: 180_000 }, () => {
  let world: World;
  let strangers = 0;
  const sessions: RawSession[] = [];

  const join = async (space: string, agent = "stranger"): Promise<RawSession> => {
    const session = await joinHub(world.home, { space, agent });
    sessions.push(session);
    return session;
  };

  /** A newcomer's answers to all that an operation is asked with these names, and what was betrayed by them. */
  const ask = async (name: OperationName, known: Known, space: string | null): Promise<string[]> => {
    const session = await join(space ?? `stranger-${++strangers}`);
    const { collection } = await session.get("collections.ensure", { collection: "own_code", kind: "temporary" });
    // Safe: what the operation answers.
    const own = { collection: "own_code", collectionId: (collection as { id: string }).id };
    const attack = attacksWith(known, own)[name];
    if (attack === "is of the hub") return [];
    const inputs: readonly unknown[] = attack === "looks" ? [{}] : attack;
    const answers: string[] = [];
    for (const input of inputs) {
      expect(operations[name].input.safeParse(input).error).toBeUndefined();
      const answer = await session.call(name, input);
      // Where no name was asked for, none may be in the answer; elsewhere it is repeated.
      if (attack === "looks") expect(JSON.stringify(answer)).not.toMatch(/quokka/i);
      answers.push(told(answer, known, session));
    }
    session.leave();
    return answers;
  };

  beforeAll(async () => {
    world = await World.open();
    const started = await world.commons(["hub", "start"]);
    if (started.code !== 0) throw new Error(started.stderr);
  });
  afterAll(async () => {
    for (const session of sessions) session.leave();
    await world.close();
  });

  describe("between spaces", () => {
    let victim: RawSession;
    let known: Known;
    const before = new Map<OperationName, string[]>();

    beforeAll(async () => {
      for (const name of names) before.set(name, await ask(name, ghost(), null));
      victim = await join("space-of-quokka", "quokka");
      known = await settle(victim, "permanent");
    });

    test.each(names)("%s tells a stranger of another space nothing, and changes nothing", async (name) => {
      const own = await ownView(victim, known);
      const answers = await ask(name, known, null);
      expect(answers.join("\n")).not.toMatch(/quokka/i);
      expect(answers).toEqual(before.get(name));
      expect(await ownView(victim, known)).toBe(own);
    });

    test("a session cannot name another space in its calls", async () => {
      const stranger = await join("space-of-stranger");
      for (const name of ["hub.status", "sessions.list", "collections.list", "work.list", "scopes.watched"] as const) {
        const answer = await stranger.call(name, {}, { [headers.space]: "space-of-quokka" });
        expect(JSON.stringify(answer)).not.toMatch(/quokka/i);
      }
    });
  });

  describe("between sessions of one space", () => {
    const space = "space-of-both";
    let victim: RawSession;
    let known: Known;

    beforeAll(async () => {
      victim = await join(space, "owner");
      known = await settle(victim, "temporary");
    });

    // They say that there is another session, which all of a space may know.
    const social: readonly OperationName[] = ["hub.status", "sessions.list"];
    // Leases are for all sessions of a space: who knows the key and the run may end it. Nothing of a collection is in them.
    const shared = names.filter((name) => name.startsWith("work."));

    test.each(names.filter((name) => !shared.includes(name)))(
      "%s tells another session nothing of a temporary collection, and changes nothing",
      async (name) => {
        const own = await ownView(victim, known);
        const answers = await ask(name, known, space);
        expect(answers.join("\n")).not.toMatch(/quokka/i);
        const ofGhosts = social.includes(name) ? answers : await ask(name, ghost(), space);
        expect(answers).toEqual(ofGhosts);
        expect(await ownView(victim, known)).toBe(own);
      },
    );
  });
});
