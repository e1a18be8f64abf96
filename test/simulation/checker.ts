import type { ErrorCode } from "../../src/core/errors.ts";
import type { Answer, Foretold } from "./model-answers.ts";
import { foretell } from "./model-answers.ts";
import { Model, type ModelCaller } from "./model.ts";
import type { SimulatedCall } from "./simulated-call.ts";
import { CollectionUses } from "./collection-uses.ts";

/** One call of a handler, from its start to its answer. */
export interface Attempt {
  readonly number: number;
  readonly call: SimulatedCall;
  readonly caller: ModelCaller;
  readonly callId: string;
  /** Every answer that the model would have given at some moment since the start; of a search only refusals. */
  readonly possible: Map<string, Answer>;
  /** Of a search: places that some state since the start has, and those that all have. */
  readonly may: Set<string>;
  must: Set<string> | null;
  /** What the model answered when the catalog made the change; null: it has not. */
  expected: Answer | null;
}

// Enough to see what led to a problem.
const maxLines = 400;

/**
 * Compares what handlers answer with the model. A change of the model is made in the moment in which the catalog makes it; an answer
 * without a change must be one that the model gives at some moment between the call's start and its end. What is found is thrown.
 */
export class Checker {
  readonly model = new Model();
  readonly uses = new CollectionUses(this.model);
  /** What happened, for people. */
  readonly #lines: (() => string)[] = [];
  readonly #open = new Set<Attempt>();
  #number = 0;

  /** The line is written only when somebody reads it. */
  note(line: () => string): void {
    this.#lines.push(line);
    if (this.#lines.length > maxLines) this.#lines.shift();
  }

  get lines(): string[] {
    return this.#lines.map((line) => line());
  }

  begin(call: SimulatedCall, caller: ModelCaller, callId: string): Attempt {
    this.#number += 1;
    const attempt: Attempt = {
      number: this.#number,
      call,
      caller,
      callId,
      possible: new Map(),
      may: new Set(),
      must: null,
      expected: null,
    };
    this.note(() => `${attempt.number} ${caller.sessionId} ${call.name} ${shortened(call.input)}`);
    this.uses.begins(attempt);
    this.#observe(attempt);
    this.#open.add(attempt);
    return attempt;
  }

  /** The catalog has made the change of the attempt, or given the answer of an earlier attempt of the call. */
  changed(attempt: Attempt, made: MadeChange): void {
    if (attempt.expected !== null) fail(attempt, "changed the catalog twice");
    const expected = this.#earlierAnswer(attempt) ?? this.#apply(attempt, made);
    attempt.expected = expected;
    this.note(() => `${attempt.number} done: ${textOf(expected)}`);
    this.changedByItself();
  }

  #apply(attempt: Attempt, made: MadeChange): Answer {
    const { answer, target, disturbs, apply } = this.#foretell(attempt);
    const targetId = targetOf(made);
    if (apply === null) fail(attempt, `changed the catalog, but the model says ${textOf(answer)}`);
    if (target !== null && target.id !== targetId)
      fail(attempt, `changed collection ${targetId}, but the model says ${target.id}`);
    if (disturbs !== undefined) {
      const disturbed = this.uses.disturbedBy(attempt, disturbs.id);
      if (disturbed.length > 0) fail(attempt, `took away what ${disturbed.join(", ")} used`);
      if (attempt.call.name !== "documents.delete") this.uses.removed(disturbs.id);
    }
    const receipt = numberField(made.value, "receipt");
    const replacedReceipt = numberField(fieldOf(made.value, "replaced"), "receipt");
    const done = apply({ newId: targetId, receipt, replacedReceipt });
    if (receipt !== null) this.model.answered.set(callKey(attempt), done);
    return done;
  }

  /** What is done once is answered once. */
  #earlierAnswer(attempt: Attempt): Answer | null {
    return this.model.answered.get(callKey(attempt)) ?? null;
  }

  /** The model has another state: what is open may answer by it. */
  changedByItself(): void {
    for (const attempt of this.#open) if (attempt.expected === null) this.#observe(attempt);
  }

  answered(attempt: Attempt, answer: Answer): void {
    this.#open.delete(attempt);
    this.note(() => `${attempt.number} answer: ${textOf(answer)}`);
    if (attempt.expected !== null) {
      if (textOf(attempt.expected) !== textOf(answer))
        fail(attempt, `answered ${textOf(answer)}, but the model says ${textOf(attempt.expected)}`);
    } else if (answer.kind === "places") this.#checkPlaces(attempt, answer.places);
    else if (!attempt.possible.has(textOf(answer)) && !this.uses.allowsRefusal(attempt, answer))
      fail(attempt, `answered ${textOf(answer)}, but the model only says ${[...attempt.possible.keys()].join(" or ")}`);
    this.uses.answered(attempt, answer);
  }

  /** Somebody lets the attempt fail. */
  mayFail(attempt: Attempt, code: ErrorCode): void {
    attempt.possible.set(`error ${code}`, { kind: "error", code });
  }

  /** Its answer will never come: the hub is dead. */
  abandoned(attempt: Attempt): void {
    this.#open.delete(attempt);
  }

  #foretell({ call, caller }: Attempt): Foretold {
    return foretell(this.model, call, caller);
  }

  #observe(attempt: Attempt): void {
    const earlier = this.#earlierAnswer(attempt);
    if (earlier !== null) return void attempt.possible.set(textOf(earlier), earlier);
    const { answer, apply } = this.#foretell(attempt);
    if (answer.kind === "places") {
      for (const place of answer.places) attempt.may.add(place);
      attempt.must = new Set([...answer.places].filter((place) => attempt.must?.has(place) ?? true));
    } else if (apply === null) attempt.possible.set(textOf(answer), answer);
    if (attempt.call.name === "search" && answer.kind === "error") attempt.must = new Set();
  }

  #checkPlaces(attempt: Attempt, places: ReadonlySet<string>): void {
    const wrong = [...places].filter((place) => !attempt.may.has(place));
    const missing = [...(attempt.must ?? [])].filter((place) => !places.has(place));
    if (wrong.length > 0) fail(attempt, `found what is not there: ${wrong.join(", ")}`);
    // A passage names 21 of its places at most.
    if (missing.length > 0 && places.size < 21) fail(attempt, `did not find ${missing.join(", ")}`);
  }
}

interface MadeChange {
  readonly args: readonly unknown[];
  readonly value: unknown;
}

function callKey({ caller, callId }: Attempt): string {
  return `${caller.sessionId} ${callId}`;
}

function numberField(value: unknown, name: string): number | null {
  const field = fieldOf(value, name);
  return typeof field === "number" ? field : null;
}

/** The id of the collection that a method changed, from its arguments or, of one that makes or finds it, its result. */
function targetOf({ args: [first], value }: MadeChange): string {
  if (typeof first === "string") return first;
  const result = textField(value, "collectionId") ?? textField(fieldOf(value, "collection"), "id");
  return textField(first, "collectionId") ?? result ?? textField(value, "id") ?? "";
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? value[name as keyof typeof value] : undefined;
}

function textField(value: unknown, name: string): string | null {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : null;
}

/** What the simulation was made to find. */
export class Inconsistency extends Error {}

function fail({ number, call, caller }: Attempt, what: string): never {
  throw new Inconsistency(`Call ${number} (${call.name} of ${caller.sessionId}) ${what}.`);
}

function textOf(answer: Answer): string {
  switch (answer.kind) {
    case "error":
      return `error ${answer.code}`;
    case "result":
      return answer.text;
    default:
      return `places ${[...answer.places].toSorted().join(", ")}`;
  }
}

function shortened(input: unknown): string {
  return JSON.stringify(input, (key, value: unknown) =>
    key === "chunks" || key === "source" ? undefined : value,
  ).slice(0, 600);
}
