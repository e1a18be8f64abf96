import type { Caller } from "../../src/hub/caller.ts";
import type { SessionIdentity } from "../../src/protocol/schemas.ts";
import { documentOf, noteSource, signatureOf, wordOf, workspaceSource } from "./contents.ts";
import type { ModelCaller } from "./model.ts";
import type { Answer } from "./model-answers.ts";
import { type Action, spaceOf, workspaceOf } from "./script.ts";
import type { SimulatedCall } from "./simulated-call.ts";

/** Sends one call and repeats it as a session's client does; null: it gave up. */
export type Send = (session: SimulatedSession, call: SimulatedCall, isCut: boolean) => Promise<Answer | null>;

export interface SessionStep {
  readonly action: Exclude<Action, { kind: "leave" }>;
  /** The answer to its call is lost, so that it is repeated. */
  readonly isCut: boolean;
  /** Receipts of all removals up to now. */
  readonly removals: readonly number[];
}

/** One agent's session as the hub sees it: who it is, and the collections that it knows by id. */
export class SimulatedSession {
  readonly identity: SessionIdentity;
  readonly #source;
  readonly #ids = new Map<string, string>();
  /** The connection that proves that it lives; null: it has left. */
  connection: { end(): void } | null = { end: () => undefined };

  constructor(number: number) {
    this.#source = workspaceSource(workspaceOf(number));
    this.identity = {
      sessionId: `session-${number}`,
      kind: "agent",
      agent: "codex",
      pid: number + 1,
      version: "1.0.0",
      space: spaceOf(number),
      workspace: this.#source.path,
      branch: "main",
      commit: null,
      activity: null,
    };
  }

  get modelCaller(): ModelCaller {
    const { sessionId, space } = this.identity;
    return { sessionId, space, sourceKey: this.#source.key };
  }

  caller(callId: string): Caller {
    return { session: this.identity, space: this.identity.space, callId };
  }

  /** Does one step of the script. */
  async perform(step: SessionStep, send: Send): Promise<void> {
    const call = await this.#callOf(step, send);
    if (call === null) return;
    const answer = await send(this, call, step.isCut);
    this.#learn(call, answer);
  }

  async #callOf({ action, removals }: SessionStep, send: Send): Promise<SimulatedCall | null> {
    switch (action.kind) {
      case "ensure":
        return { name: "collections.ensure", input: { collection: action.collection, kind: action.as } };
      case "write":
        return this.#write(action, await this.#idOf(action.collection, send));
      case "known": {
        const collectionId = await this.#idOf(action.collection, send);
        if (collectionId === null) return null;
        const page = { after: null, limit: 20_000 };
        return { name: "documents.known", input: { collectionId, sourceKey: this.#source.key, ...page } };
      }
      case "scope":
        return this.#scope(action, await this.#idOf(action.collection, send));
      case "delete": {
        const { collection, ids, team, isDryRun, force } = action;
        const what = ids === null ? { where: { team: team ?? "" } } : { ids: [...ids] };
        return {
          name: "documents.delete",
          input: { collection, ...what, sourceKey: this.#source.key, isDryRun, force },
        };
      }
      case "unload":
        return { name: "collections.unload", input: { collection: action.collection, force: action.force } };
      case "restore":
        return { name: "collections.restore", input: { collection: action.collection } };
      case "undo": {
        const receipt = removals.at(-1 - action.which);
        return receipt === undefined ? null : { name: "collections.restore", input: { receipt } };
      }
      case "promote": {
        const { name, overwrite, force } = action;
        const ensure = { collection: action.from, kind: "temporary" } as const;
        const collectionId = this.#ids.get(action.from) ?? (await this.#ensured(ensure, send));
        if (collectionId === null) return null;
        return { name: "collections.promote", input: { collectionId, name, overwrite, force } };
      }
      case "list":
        return { name: "collections.list", input: {} };
      default: {
        const { collections, content, part } = action;
        const asked = { query: wordOf(content, part), limit: 50, mode: "keyword" as const, filters: {} };
        const names = collections === "*" ? "*" : [...collections];
        return { name: "search", input: { collections: names, ...asked, preferredSources: [] } };
      }
    }
  }

  #write(action: Extract<Action, { kind: "write" }>, collectionId: string | null): SimulatedCall | null {
    if (collectionId === null) return null;
    const readAtMs = Date.now() - action.ageMs;
    const { isNote } = action;
    const changes = {
      documents: action.files.map((file) => documentOf({ ...file, isNote, readAtMs })),
      renames: action.renames.map(({ from, to, content }) => ({
        from,
        to,
        stat: statOf(content, readAtMs),
        readAtMs,
      })),
      touches: action.touches.map((path) => ({ path, stat: statOf(0, readAtMs), readAtMs })),
      removals: [...action.removals],
    };
    // Safe: the parsed input has mutable lists, which nobody changes.
    const input = { collectionId, source: isNote ? noteSource : this.#source, changes };
    return { name: "documents.write", input } as SimulatedCall;
  }

  #scope(action: Extract<Action, { kind: "scope" }>, collectionId: string | null): SimulatedCall | null {
    if (collectionId === null) return null;
    const rest = { recursive: true, categories: null, extensions: null, maxFiles: null, includeContent: true };
    const scope = { directory: action.directory, ...rest };
    const { isWatched } = action;
    return {
      name: "scopes.save",
      input: { collectionId, source: this.#source, scope, isWatched, mirroredAtMs: null },
    };
  }

  /** An ingest asks for its collection first, unless the session knows it. */
  async #idOf(collection: string, send: Send): Promise<string | null> {
    return this.#ids.get(collection) ?? (await this.#ensured({ collection, kind: "any" }, send));
  }

  async #ensured(
    input: { readonly collection: string; readonly kind: "any" | "temporary" },
    send: Send,
  ): Promise<string | null> {
    const call: SimulatedCall = { name: "collections.ensure", input };
    this.#learn(call, await send(this, call, false));
    return this.#ids.get(input.collection) ?? null;
  }

  #learn(call: SimulatedCall, answer: Answer | null): void {
    if (call.name === "collections.ensure" && answer?.kind === "result") {
      // Safe: answerOf writes the answer of an ensure with the id.
      const { id } = JSON.parse(answer.text) as { id: string };
      this.#ids.set(call.input.collection, id);
    }
    if (call.name === "collections.promote" && answer?.kind === "result") {
      for (const [name, id] of this.#ids) if (id === call.input.collectionId) this.#ids.delete(name);
      this.#ids.set(call.input.name, call.input.collectionId);
    }
    const isGone = answer?.kind === "error" && answer.code === "COLLECTION_NOT_FOUND";
    if (isGone && "collectionId" in call.input) {
      for (const [name, id] of this.#ids) if (id === call.input.collectionId) this.#ids.delete(name);
    }
  }
}

function statOf(content: number, readAtMs: number): { sizeBytes: number; mtimeMs: number; signature: string } {
  return { sizeBytes: 100 + content, mtimeMs: readAtMs, signature: signatureOf(content, readAtMs) };
}
