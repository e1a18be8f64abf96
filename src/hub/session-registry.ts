import { CommonsError } from "../core/errors.ts";
import type { SessionIdentity } from "../protocol/schemas.ts";
import type { CollectionUse, SessionView } from "../protocol/views.ts";

interface SessionRecord {
  identity: SessionIdentity;
  readonly startedAtMs: number;
  lastCallAtMs: number;
  calls: number;
  /** Collection id to name. */
  readonly used: Map<string, string>;
  /** By collection id: resolves when the catalog has the use too. */
  readonly noting: Map<string, Promise<void>>;
  /** The open connection that proves that the session lives. */
  connection: SessionConnection;
  farewell: NodeJS.Timeout | null;
}

/** The open answer that keeps a session registered. */
export interface SessionConnection {
  end(): unknown;
}

/** A session of an earlier hub, which died: it may come back. */
interface AwaitedSession {
  readonly agent: string;
  readonly workspace: string | null;
  readonly used: Map<string, string>;
}

/** What is known of a session's use of a collection when the hub starts. */
export interface EarlierUse {
  readonly sessionId: string;
  readonly agent: string;
  readonly workspace: string | null;
  readonly collectionId: string;
  /** Its name. */
  readonly collection: string;
}

/** A dropped connection of an agent may be a reconnect; a command is over when its connection is. */
const graceMs = { agent: 1_000, cli: 0 };

/** The live sessions. A session lives as long as its connection is open: however its process ends, the kernel closes it. */
export class SessionRegistry {
  readonly #sessions = new Map<string, SessionRecord>();
  readonly #awaited = new Map<string, AwaitedSession>();
  readonly #onGone: (sessionId: string) => void;

  constructor(onGone: (sessionId: string) => void) {
    this.#onGone = onGone;
  }

  /** Adds or renews a session; `connection` is the token to hand to `disconnected`. */
  connected(identity: SessionIdentity, connection: SessionConnection): void {
    const known = this.#sessions.get(identity.sessionId);
    if (known !== undefined) {
      if (known.farewell !== null) clearTimeout(known.farewell);
      known.farewell = null;
      known.identity = identity;
      known.connection = connection;
      return;
    }
    const now = Date.now();
    const awaited = this.#awaited.get(identity.sessionId);
    this.#awaited.delete(identity.sessionId);
    this.#sessions.set(identity.sessionId, {
      identity,
      startedAtMs: now,
      lastCallAtMs: now,
      calls: 0,
      used: awaited?.used ?? new Map<string, string>(),
      noting: new Map(),
      connection,
      farewell: null,
    });
  }

  disconnected(sessionId: string, connection: SessionConnection): void {
    const record = this.#sessions.get(sessionId);
    if (record === undefined || record.connection !== connection) return;
    record.farewell = setTimeout(() => {
      this.#sessions.delete(sessionId);
      this.#onGone(sessionId);
    }, graceMs[record.identity.kind]);
  }

  /** Counts a call. Errors: SESSION_UNKNOWN, after which the client registers again. */
  called(sessionId: string): SessionIdentity {
    const record = this.#sessions.get(sessionId);
    if (record === undefined)
      throw new CommonsError("SESSION_UNKNOWN", "The hub does not know this session.", { hint: "Register again." });
    record.calls++;
    record.lastCallAtMs = Date.now();
    return record.identity;
  }

  describe(sessionId: string, change: Partial<Pick<SessionIdentity, "activity" | "branch" | "commit">>): void {
    const record = this.#sessions.get(sessionId);
    if (record !== undefined) record.identity = { ...record.identity, ...change };
  }

  /** Whether it is the session's first use of that collection. */
  uses(sessionId: string, { id, name }: { id: string; name: string }): boolean {
    const used = this.#sessions.get(sessionId)?.used;
    if (used === undefined || used.get(id) === name) return false;
    const isFirst = !used.has(id);
    used.set(id, name);
    return isFirst;
  }

  /** The first use is being kept in the catalog; `noted` never rejects. */
  noting(sessionId: string, collectionId: string, noted: Promise<void>): void {
    const noting = this.#sessions.get(sessionId)?.noting;
    noting?.set(collectionId, noted);
    void noted.then(() => noting?.delete(collectionId));
  }

  /** Resolves when nothing of that use is only in memory. A call beside the first one must wait for the same. */
  async whenNoted(sessionId: string, collectionId: string): Promise<void> {
    await this.#sessions.get(sessionId)?.noting.get(collectionId);
  }

  /** Sessions of an earlier hub count as live, with what they used, until they come back or `giveUpAwaited`. */
  awaitSessions(uses: readonly EarlierUse[]): void {
    for (const { sessionId, agent, workspace, collectionId, collection } of uses) {
      if (this.#sessions.has(sessionId)) continue;
      const awaited = this.#awaited.get(sessionId) ?? { agent, workspace, used: new Map<string, string>() };
      awaited.used.set(collectionId, collection);
      this.#awaited.set(sessionId, awaited);
    }
  }

  awaitedCount(): number {
    return this.#awaited.size;
  }

  giveUpAwaited(): void {
    this.#awaited.clear();
  }

  /** Nobody uses a collection that is gone. */
  forgetCollection(collectionId: string): void {
    for (const record of [...this.#sessions.values(), ...this.#awaited.values()]) record.used.delete(collectionId);
  }

  /** Sessions that use a collection, those last that have yet to come back. */
  usersOf(collectionId: string): CollectionUse[] {
    const here = [...this.#sessions.values()].filter(({ used }) => used.has(collectionId));
    const awaited = [...this.#awaited].filter(([, { used }]) => used.has(collectionId));
    return [
      ...here.map(({ identity: { sessionId, agent, workspace, activity }, lastCallAtMs }) => ({
        sessionId,
        agent,
        workspace,
        activity,
        lastCallAtMs,
      })),
      ...awaited.map(([sessionId, { agent, workspace }]) => ({
        sessionId,
        agent,
        workspace,
        activity: null,
        lastCallAtMs: null,
      })),
    ];
  }

  /** Of all whose temporary collections and uses must stay. */
  liveIds(): string[] {
    return [...this.#sessions.keys(), ...this.#awaited.keys()];
  }

  /** Live sessions, oldest first; of one space where it is given. Of what they use, only what `isShown` says of its id is named. */
  list(space: string | null, isShown: (collectionId: string) => boolean = () => true): SessionView[] {
    return [...this.#sessions.values()]
      .filter((record) => space === null || record.identity.space === space)
      .map(({ identity, startedAtMs, lastCallAtMs, calls, used }) => ({
        ...identity,
        startedAtMs,
        lastCallAtMs,
        calls,
        collections: [...used].filter(([id]) => isShown(id)).map(([, name]) => name),
      }));
  }

  /** Hangs up on every session: their clients join the next hub. */
  close(): void {
    for (const { farewell, connection } of this.#sessions.values()) {
      if (farewell !== null) clearTimeout(farewell);
      connection.end();
    }
    this.#sessions.clear();
  }
}
