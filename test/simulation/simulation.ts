import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "../../src/catalog/api.ts";
import type { Random } from "../fixtures/random.ts";
import { CallQueues, pick, randomFor, settled } from "./call-queues.ts";
import { Checker, Inconsistency } from "./checker.ts";
import { checkEndState } from "./end-state.ts";
import type { Answer } from "./model-answers.ts";
import { currentAttempt, type DoneCall } from "./queued-catalog.ts";
import { QueuedEngine } from "./queued-engine.ts";
import type { Script, WorldEvent } from "./script.ts";
import { changingMethods, type SimulatedCall } from "./simulated-call.ts";
import { dealLanes, type Lane } from "./session-lanes.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { type HubDoubles, SimulatedHub } from "./simulated-hub.ts";
import { SimulatedSession } from "./simulated-session.ts";
import { StatementFaults } from "./statement-faults.ts";
import type { SimulationTools } from "./simulation-tools.ts";

// As HubClient.
const attempts = 5;
const maxTurns = 100_000;

/** One run of a script: the hub, its sessions, and whoever says what comes next. */
export class Simulation {
  readonly #tools: SimulationTools;
  readonly #doubles: HubDoubles;
  readonly #directory: string;
  readonly #clock = new SimulatedClock();
  readonly #faults = new StatementFaults();
  readonly #queues = new CallQueues();
  readonly #checker = new Checker();
  readonly #engine = new QueuedEngine(this.#queues);
  readonly #turns: Random;
  readonly #sessions: readonly SimulatedSession[];
  readonly #lanes: readonly Lane[];
  readonly #events: WorldEvent[];
  #hub: SimulatedHub;
  #generation = 0;
  /** Collections that ChromaDB lost behind everybody's back, by space and name. */
  readonly #forgotten = new Set<string>();
  /** Sessions that a hub may have taken for gone, once at least. */
  readonly #givenUp = new Set<string>();
  #diskFullAfter: number | null = null;
  #calls = 0;
  #failure: unknown = null;

  constructor(script: Script, tools: SimulationTools, doubles: HubDoubles) {
    this.#tools = tools;
    this.#doubles = doubles;
    this.#turns = randomFor(script.seed, "turns");
    this.#directory = mkdtempSync(join(tools.directory, "commons-simulation-"));
    this.#sessions = Array.from({ length: script.sessions }, (_, number) => new SimulatedSession(number));
    this.#lanes = dealLanes(script, this.#sessions);
    this.#events = script.steps.flatMap((step) => (step.by === "world" ? [step.event] : []));
    this.#clock.install();
    this.#faults.install();
    this.#hub = this.#openHub();
  }

  async run(): Promise<void> {
    const eagerness = 10 + this.#turns(80);
    for (let turn = 0; turn < maxTurns; turn++) {
      const isOver = !this.#takeTurn(eagerness);
      await settled();
      if (this.#failure !== null) throw this.#failure;
      if (isOver) break;
    }
    await this.#catchUp();
    checkEndState({ model: this.#checker.model, hub: this.#hub, engine: this.#engine.fake, tools: this.#tools });
  }

  /** How many calls there were, and what happened last, for people. */
  report(): { readonly calls: number; readonly lines: readonly string[] } {
    return { calls: this.#calls, lines: this.#checker.lines };
  }

  close(): void {
    if (!this.#hub.isDead) this.#hub.kill();
    this.#faults.remove();
    this.#clock.remove();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #openHub(): SimulatedHub {
    this.#generation += 1;
    const hub = new SimulatedHub({
      ...this.#tools,
      directory: this.#directory,
      queues: this.#queues,
      generation: this.#generation,
      steadyMs: () => this.#clock.steadyMs,
      engine: this.#engine,
      doubles: this.#doubles,
      beforeCall: (call) => this.#faults.arm(this.#takeDiskFault(call)),
      onDone: (call) => this.#done(call),
      onRejoinOver: (old) => this.#giveUp(old),
    });
    for (const session of this.#sessions) {
      const { connection } = session;
      // Each comes back in its own time.
      if (connection !== null)
        void this.#queues.add(`join ${session.identity.sessionId}`, () => this.#join(session, hub));
    }
    return hub;
  }

  #join(session: SimulatedSession, hub: SimulatedHub): void {
    if (session.connection === null || hub.isDead) return;
    hub.registry.connected(session.identity, session.connection);
  }

  /** Does one thing that may happen now; false: nothing is left. */
  #takeTurn(eagerness: number): boolean {
    this.#faults.arm(null);
    const queues = this.#queues.waiting();
    const lanes = this.#lanes.filter(({ isBusy, steps }) => !isBusy && steps.length > 0);
    const left = this.#lanes.reduce((sum, { steps }) => sum + steps.length, 0);
    const hasEvent = this.#events.length > 0 && this.#turns(left + 1) < this.#events.length && this.#turns(8) === 0;
    if (hasEvent) this.#happen(this.#events.shift());
    else if (queues.length > 0 && (lanes.length === 0 || this.#turns(100) < eagerness))
      this.#queues.step(pick(this.#turns, queues));
    else if (lanes.length > 0) this.#start(pick(this.#turns, lanes));
    else if (this.#events.length > 0) this.#happen(this.#events.shift());
    else if (this.#lanes.some(({ isBusy }) => isBusy)) throw new Inconsistency("A call is never answered.");
    else return false;
    this.#clock.pass(this.#turns(20) === 0 ? this.#turns(300) : 1);
    if (this.#turns(20) === 0) this.#hub.mirror.resume();
    return true;
  }

  #start(lane: Lane): void {
    const step = lane.steps.shift();
    if (step === undefined) return;
    if (step.action.kind === "leave") return this.#leave(lane.session);
    if (lane.session.connection === null) this.#return(lane.session);
    lane.isBusy = true;
    void lane.session
      .perform(
        { action: step.action, isCut: step.isCut, removals: [...this.#checker.model.removals.keys()] },
        (...sent) => this.#send(...sent),
      )
      .catch((error: unknown) => void (this.#failure ??= error))
      .finally(() => (lane.isBusy = false));
  }

  #leave(session: SimulatedSession): void {
    const { connection } = session;
    if (connection === null) return;
    this.#checker.note(() => `${session.identity.sessionId} leaves`);
    this.#checker.uses.sessionLeaves(session.identity.sessionId);
    this.#givenUp.add(session.identity.sessionId);
    session.connection = null;
    this.#hub.registry.disconnected(session.identity.sessionId, connection);
  }

  #return(session: SimulatedSession): void {
    session.connection = { end: () => undefined };
    this.#join(session, this.#hub);
  }

  async #send(session: SimulatedSession, call: SimulatedCall, isCut: boolean): Promise<Answer | null> {
    this.#calls += 1;
    const callId = `call-${this.#calls}`;
    let cuts = isCut ? 1 : 0;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const hub = this.#hub;
      if (session.connection === null) this.#return(session);
      else this.#join(session, hub);
      const answer = this.#attempt(hub, session, { call, callId });
      const cut = cuts-- > 0 ? [this.#queues.add(`cut ${callId}`, () => "cut" as const)] : [];
      const first = await Promise.race([answer, hub.died, ...cut]);
      if (first !== "died" && first !== "cut") return first;
    }
    return null;
  }

  async #attempt(
    hub: SimulatedHub,
    session: SimulatedSession,
    { call, callId }: { call: SimulatedCall; callId: string },
  ): Promise<Answer> {
    const attempt = this.#checker.begin(call, session.modelCaller, callId);
    void hub.died.then(() => this.#checker.abandoned(attempt));
    const answer = await currentAttempt.run(attempt, () => hub.answer(call, session.caller(callId)));
    if (hub.isDead) return answer;
    try {
      this.#checker.answered(attempt, answer);
    } catch (error) {
      this.#failure ??= error;
    }
    return answer;
  }

  /** The catalog made a change: so does the model. */
  #done({ attempt, method, args, value }: DoneCall): void {
    try {
      if (method === "dropTemporary") this.#dropped(args[0]);
      if (attempt === null || changingMethods[method] !== attempt.call.name || isDryRun(attempt.call)) return;
      this.#checker.changed(attempt, { args, value });
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** A session that took longer than a hub waits is as one that left. */
  #giveUp(hub: SimulatedHub): void {
    const back = new Set(hub.registry.list(null).map(({ sessionId }) => sessionId));
    for (const { identity } of this.#sessions) {
      if (back.has(identity.sessionId)) continue;
      this.#checker.uses.sessionLeaves(identity.sessionId);
      this.#givenUp.add(identity.sessionId);
    }
  }

  #dropped(liveIds: unknown): void {
    // Safe: dropTemporary is called with a list of ids.
    for (const { owner, name } of this.#checker.model.dropTemporary(liveIds as string[])) {
      const session = this.#sessions.find(({ identity }) => identity.sessionId === owner);
      const isAwaited = session?.connection !== null && !this.#givenUp.has(owner ?? "");
      if (isAwaited) throw new Inconsistency(`"${name}" of the live ${owner} was dropped.`);
    }
    this.#checker.changedByItself();
  }

  #takeDiskFault({ attempt, method }: Pick<DoneCall, "attempt" | "method">): number | null {
    if (this.#diskFullAfter === null || attempt === null || changingMethods[method] === undefined) return null;
    const after = this.#diskFullAfter;
    this.#checker.mayFail(attempt, "DISK_FULL");
    this.#diskFullAfter = null;
    return after;
  }

  #happen(event: WorldEvent | undefined): void {
    if (event === undefined) return;
    this.#checker.note(() => JSON.stringify(event));
    switch (event.kind) {
      case "hub killed":
        this.#hub.kill();
        this.#hub = this.#openHub();
        return;
      case "disk full":
        return void (this.#diskFullAfter = event.afterStatements);
      case "engine refuses":
        return this.#engine.refuse(event.calls);
      case "engine answers are lost":
        return this.#engine.loseAnswers(event.calls);
      case "engine forgets":
        this.#forgotten.add(`${event.space} ${event.collection}`);
        return this.#engine.fake.lose(event.space, event.collection);
      case "clock jumps":
        return this.#clock.jump(event.ms);
      case "time passes":
        return this.#clock.pass(event.ms);
      case "trash is purged":
        purgeAll(this.#hub.catalog);
        this.#checker.model.purge();
        return this.#checker.changedByItself();
      case "words merge":
        this.#hub.catalog.mergeWords();
    }
  }

  /** Until nothing moves any more: the engine works, and ChromaDB gets what it is owed. */
  async #catchUp(): Promise<void> {
    this.#engine.heal();
    await this.#drain();
    // A loss is noticed by the next step that needs the collection; of others a person who asks for it.
    for (const { id, space, name, kind } of this.#checker.model.live()) {
      const isLost = this.#engine.fake.stored({ database: space, name, stamp: id }) === null;
      if (kind === "permanent" && isLost && this.#forgotten.has(`${space} ${name}`))
        this.#hub.catalog.journalResync(id);
    }
    await this.#drain();
  }

  async #drain(): Promise<void> {
    for (let turn = 0; turn < maxTurns; turn++) {
      const [queue] = this.#queues.waiting();
      if (queue === undefined && this.#hub.mirror.status().state === "idle" && turn > 10) break;
      if (queue === undefined) {
        this.#clock.pass(1_000);
        this.#hub.mirror.resume();
      } else this.#queues.step(queue);
      await settled();
      if (this.#failure !== null) throw this.#failure;
    }
  }
}

function isDryRun(call: SimulatedCall): boolean {
  return call.name === "documents.delete" && call.input.isDryRun;
}

/** As if seven days were over for all that was removed up to now. */
function purgeAll(catalog: Catalog): void {
  const step = { keptMs: 0, maxDocuments: 3 };
  for (let hasMore = true; hasMore;) ({ hasMore } = catalog.purgeUnloaded(step));
}
