import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { StatePaths } from "../config/paths.ts";
import type { Program } from "../config/program.ts";
import { CommonsError } from "../core/errors.ts";
import {
  headers,
  protocolVersion,
  type OperationInput,
  type OperationName,
  type OperationOutput,
} from "../protocol/operations.ts";
import type { SessionIdentity } from "../protocol/schemas.ts";
import type { Answer, Hello } from "../protocol/views.ts";
import { HubConnection, isConnectionError } from "./hub-connection.ts";
import { greetHub } from "./hub-greeting.ts";
import { ensureHub } from "./hub-starter.ts";
import { awaitRemote, errorOf, greetRemote, type RemoteHub } from "./remote-hub.ts";
import { explained, requireCompatible, type Gap } from "./version-gap.ts";

export interface HubClientOptions {
  readonly paths: StatePaths;
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  /** Who calls, asked anew at each registration; null for a caller that only looks. */
  readonly identity: (() => SessionIdentity) | null;
  /** Calls in the name of a session that another process registers. */
  readonly isGuest?: boolean;
  /** A hub that the settings name instead of the home's; absent or null: the home's, which is started when none runs. */
  readonly remote?: RemoteHub | null;
  readonly space: string;
}

const attempts = 5;
// The process that registers the session notices a new hub within `reconnectMs`.
const guestAttempts = 8;
const callTimeoutMs = 600_000;
const reconnectMs = 2_000;

/**
 * The hub as seen by a session or a command: finds or starts it, keeps the session registered for as long as this object lives, and
 * repeats calls that a dying hub dropped. Repeating is safe: a call keeps its id, and what is not idempotent by itself is done once for an id.
 */
export class HubClient {
  readonly #options: HubClientOptions;
  readonly #connection: HubConnection;
  #ready: Promise<Hello> | null = null;
  #presence: IncomingMessage | null = null;
  #reconnect: NodeJS.Timeout | null = null;
  #isClosed = false;
  #hasMetHub = false;

  constructor(options: HubClientOptions) {
    this.#options = options;
    const { remote, paths } = options;
    this.#connection = new HubConnection(remote && "socket" in remote ? remote.socket : (remote ?? paths.hubAddress));
  }

  /** Calls an operation. Errors: those of the operation, HUB_UNREACHABLE, HUB_INCOMPATIBLE, CANCELLED. */
  call<N extends OperationName>(
    name: N,
    input: OperationInput<N>,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<OperationOutput<N>> {
    return this.callWithJson(name, JSON.stringify(input), options);
  }

  /** The same with an input that is JSON already. */
  async callWithJson<N extends OperationName>(
    name: N,
    body: string,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<OperationOutput<N>> {
    const callId = randomUUID();
    for (let attempt = 1; ; attempt++) {
      const ready = this.hello();
      try {
        const hello = await ready;
        return await this.#send(name, { body, callId, signal: options.signal, hello });
      } catch (error) {
        if (options.signal?.aborted) throw new CommonsError("CANCELLED", "The call was cancelled.", { cause: error });
        if (attempt === (this.#options.isGuest ? guestAttempts : attempts) || this.#isClosed || !mayRepeat(error))
          throw asHubError(error);
        // A call beside this one may have reconnected already.
        if (this.#ready === ready) this.#dropPresence();
        await delay(30 * 2 ** attempt);
      }
    }
  }

  /**
   * Like `call`, for what is of use only while a hub runs: starts none and does not repeat. Errors: those of the operation;
   * HUB_UNREACHABLE, HUB_STOPPING and SESSION_UNKNOWN while there is none or it has just changed; CANCELLED.
   */
  async callIfRunning<N extends OperationName>(
    name: N,
    input: OperationInput<N>,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<OperationOutput<N>> {
    const hello = this.#ready === null ? await this.greet() : null;
    if (this.#ready === null && hello?.protocol !== protocolVersion)
      throw new CommonsError("HUB_UNREACHABLE", "No hub of this version runs.");
    const ready = this.hello();
    try {
      const call = { body: JSON.stringify(input), callId: randomUUID(), signal: options.signal };
      return await this.#send(name, { ...call, hello: await ready });
    } catch (error) {
      if (options.signal?.aborted) throw new CommonsError("CANCELLED", "The call was cancelled.", { cause: error });
      if (mayRepeat(error) && this.#ready === ready) this.#dropPresence();
      throw asHubError(error);
    }
  }

  /** Finds or starts the hub and registers the session. */
  hello(): Promise<Hello> {
    this.#ready ??= this.#connect().catch((error: unknown) => {
      this.#ready = null;
      throw error;
    });
    return this.#ready;
  }

  /** The running hub's hello, or null; never starts one. */
  greet(): Promise<Hello | null> {
    const { remote } = this.#options;
    return remote ? greetRemote(this.#connection, remote) : greetHub(this.#connection);
  }

  /** The running hub's hello, for who tells a person: null when none lives. Errors: HUB_UNREACHABLE when one lives and is silent. */
  async find(): Promise<Hello | null> {
    if (this.#options.remote) return this.greet();
    const { findHub } = await import("./silent-hub.ts");
    return findHub(this.#connection, this.#options.paths);
  }

  /** Places of the home that the hub serves. */
  get paths(): StatePaths {
    return this.#options.paths;
  }

  get connection(): HubConnection {
    return this.#connection;
  }

  /** Ends the session in the hub's eyes. */
  close(): void {
    this.#isClosed = true;
    if (this.#reconnect !== null) clearTimeout(this.#reconnect);
    this.#dropPresence();
    this.#connection.close();
  }

  async #connect(): Promise<Hello> {
    const { paths, program, env, remote } = this.#options;
    const connection = this.#connection;
    const hello = remote
      ? requireCompatible(this.#gap(await awaitRemote(connection, remote, { isKnown: this.#hasMetHub })))
      : await ensureHub({ connection, paths, program, env });
    this.#hasMetHub = true;
    await this.#register();
    return hello;
  }

  async #send<N extends OperationName>(
    name: N,
    call: {
      readonly body: string;
      readonly callId: string;
      readonly signal: AbortSignal | undefined;
      readonly hello: Hello;
    },
  ): Promise<OperationOutput<N>> {
    const { body, callId, signal, hello } = call;
    const sessionId = this.#options.identity?.().sessionId;
    const answer = await this.#connection.send({
      method: "POST",
      path: `/v1/op/${name}`,
      body,
      headers: {
        [headers.protocol]: String(protocolVersion),
        [headers.space]: this.#options.space,
        [headers.call]: callId,
        ...(sessionId === undefined ? {} : { [headers.session]: sessionId }),
      },
      timeoutMs: callTimeoutMs,
      signal,
    });
    if (answer.status !== 200) {
      const error = errorOf(answer) ?? errorOfStatus(answer.status, name);
      throw explained(error, name, this.#gap(hello));
    }
    // Safe: the hub answers every operation with an Answer of that operation's output; both derive from protocol/operations.ts.
    const parsed = JSON.parse(answer.body) as Answer<OperationOutput<N>>;
    if (parsed.ok) return parsed.result;
    throw CommonsError.fromWire(parsed.error);
  }

  #gap(hello: Hello): Gap {
    return { hello, program: this.#options.program, isRemote: Boolean(this.#options.remote) };
  }

  async #register(): Promise<void> {
    if (this.#options.identity === null || this.#options.isGuest || this.#isClosed) return;
    const stream = await this.#connection.openStream({
      method: "POST",
      path: "/v1/session",
      body: JSON.stringify(this.#options.identity()),
      headers: { [headers.protocol]: String(protocolVersion) },
      timeoutMs: 15_000,
    });
    if (this.#isClosed) {
      stream.destroy();
      return;
    }
    this.#presence = stream;
    stream.resume();
    stream.on("error", () => stream.destroy());
    stream.once("close", () => {
      if (this.#presence !== stream) return;
      this.#dropPresence();
      this.#reconnectLater();
    });
    // An idle session must not keep its process alive through the hub alone.
    stream.socket.unref();
  }

  // After the hub ended, an idle session joins the next hub (that somebody else starts), so that its temporary collections stay.
  #reconnectLater(): void {
    if (this.#isClosed) return;
    this.#reconnect = setTimeout(() => {
      void this.greet().then(
        (hello) =>
          hello === null || hello.protocol !== protocolVersion
            ? this.#reconnectLater()
            : this.hello().then(ignore, () => this.#reconnectLater()),
        () => this.#reconnectLater(),
      );
    }, reconnectMs);
    this.#reconnect.unref();
  }

  #dropPresence(): void {
    this.#ready = null;
    const stream = this.#presence;
    this.#presence = null;
    stream?.destroy();
  }
}

/** Over TCP a hub says of an operation that it does not know only that there is none. */
function errorOfStatus(status: number, operation: string): CommonsError {
  if (status !== 404) return new CommonsError("HUB_UNREACHABLE", `The hub answers HTTP ${status}.`);
  return new CommonsError("INPUT_INVALID", `The hub has no operation "${operation}".`, {
    details: { isUnknown: true },
  });
}

function ignore(): void {
  // Joined again: nothing is left to do.
}

function mayRepeat(error: unknown): boolean {
  if (error instanceof CommonsError)
    return ["HUB_STOPPING", "SESSION_UNKNOWN", "TOO_MANY_REQUESTS"].includes(error.code);
  return isConnectionError(error);
}

function asHubError(error: unknown): unknown {
  if (error instanceof CommonsError || !isConnectionError(error)) return error;
  return new CommonsError("HUB_UNREACHABLE", `The hub does not answer: ${String(error)}`, {
    hint: "Try again; see commons hub logs.",
    cause: error,
  });
}
