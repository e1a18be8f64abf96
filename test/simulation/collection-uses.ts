import type { Attempt } from "./checker.ts";
import type { Model } from "./model.ts";
import type { Answer } from "./model-answers.ts";

/**
 * Who uses which collection, as far as it can be known from outside: a call marks its collection at some moment between its start and
 * its end. So a use is possible from the start on, and certain from the answer on.
 */
export class CollectionUses {
  readonly #model: Model;
  /** By collection id: the sessions, and the number of the last attempt that had begun when the use was certain. */
  readonly #certain = new Map<string, Map<string, number>>();
  readonly #possible = new Map<string, Set<string>>();
  /** By collection id: the names that it had while somebody used it. */
  readonly #names = new Map<string, Set<string>>();
  /** By collection id: the last attempt that had begun when the collection was removed. */
  readonly #removed = new Map<string, number>();
  /** By session: the last attempt that had begun when it left. */
  readonly #left = new Map<string, number>();
  #lastBegun = 0;

  constructor(model: Model) {
    this.#model = model;
  }

  begins(attempt: Attempt): void {
    this.#lastBegun = attempt.number;
    for (const id of this.#meantIds(attempt)) this.#mayUse(id, attempt.caller.sessionId);
  }

  answered({ number, call, caller, expected }: Attempt, answer: Answer): void {
    if (answer.kind !== "result" || expected === null) return;
    if (call.name !== "documents.write" && call.name !== "collections.ensure") return;
    // Safe: the model writes the text of an ensure with the id.
    const id =
      call.name === "documents.write" ? call.input.collectionId : (JSON.parse(answer.text) as { id: string }).id;
    this.#mayUse(id, caller.sessionId);
    // A removal, or that the session leaves, makes the hub forget uses; which came first is not known of calls beside it.
    if (number <= (this.#removed.get(id) ?? 0) || number <= (this.#left.get(caller.sessionId) ?? 0)) return;
    const users = this.#certain.get(id) ?? new Map<string, number>();
    this.#certain.set(id, users.set(caller.sessionId, users.get(caller.sessionId) ?? this.#lastBegun));
  }

  /** Who was there before the attempt began, and is overruled by it although nobody said so. */
  disturbedBy({ number, call, caller }: Attempt, collectionId: string): string[] {
    if (!isGuarded(call) || call.input.force) return [];
    const others = [...(this.#certain.get(collectionId) ?? [])];
    return others.flatMap(([id, since]) => (id !== caller.sessionId && since < number ? [id] : []));
  }

  /** Whoever used the collection uses it no longer. */
  removed(collectionId: string): void {
    this.#certain.delete(collectionId);
    this.#removed.set(collectionId, this.#lastBegun);
  }

  /** Whether a refusal may be because somebody else uses the collection. */
  allowsRefusal({ call, caller }: Attempt, answer: Answer): boolean {
    if (answer.kind !== "error" || answer.code !== "COLLECTION_IN_USE") return false;
    if (!isGuarded(call) || call.input.force) return false;
    const name = call.name === "collections.promote" ? call.input.name : call.input.collection;
    const users = [...this.#possible].flatMap(([id, sessions]) =>
      this.#names.get(id)?.has(name) === true ? [...sessions] : [],
    );
    return users.some((id) => id !== caller.sessionId);
  }

  sessionLeaves(sessionId: string): void {
    for (const users of this.#certain.values()) users.delete(sessionId);
    this.#left.set(sessionId, this.#lastBegun);
  }

  #mayUse(id: string, sessionId: string): void {
    const sessions = this.#possible.get(id) ?? new Set();
    this.#possible.set(id, sessions.add(sessionId));
    const name = this.#model.collections.get(id)?.name;
    if (name !== undefined) this.#names.set(id, (this.#names.get(id) ?? new Set()).add(name));
  }

  #meantIds({ call, caller }: Attempt): string[] {
    switch (call.name) {
      case "documents.write":
        return [call.input.collectionId];
      case "collections.promote":
      case "collections.ensure":
      case "documents.delete":
      case "search": {
        const names = call.name === "collections.promote" ? [call.input.name] : namesOf(call);
        return names.flatMap((name) => this.#model.find(caller, name)?.id ?? []);
      }
      default:
        return [];
    }
  }
}

type GuardedCall = Extract<
  Attempt["call"],
  { readonly name: "collections.unload" | "collections.promote" | "documents.delete" }
>;

function isGuarded(call: Attempt["call"]): call is GuardedCall {
  if (call.name === "documents.delete") return !call.input.isDryRun;
  if (call.name === "collections.promote") return call.input.overwrite;
  return call.name === "collections.unload";
}

function namesOf(
  call: Extract<Attempt["call"], { readonly name: "collections.ensure" | "documents.delete" | "search" }>,
): readonly string[] {
  if (call.name !== "search") return [call.input.collection];
  return call.input.collections === "*" ? [] : call.input.collections;
}
