import {
  Agent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { chmodSync, lstatSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { homeFailure } from "../config/state-directory.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface HubRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Silence on the connection after which the request fails with ETIMEDOUT. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A hub's door over TCP; a TcpHub is one. */
interface TcpPlace {
  readonly url: URL;
  readonly token: { reveal(): string };
}

type Opener = Pick<typeof import("node:http"), "request"> & { readonly agent: Agent };

const maxAnswerBytes = 256 * 1024 * 1024;

/** HTTP to the hub: over its unix socket or named pipe, or over TCP. Knows nothing of operations, and follows no redirect. */
export class HubConnection {
  readonly #place: string | TcpPlace;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  #opener: Promise<Opener> | null = null;

  /** The path of the socket or pipe, or where and with which token over TCP. */
  constructor(place: string | TcpPlace) {
    this.#place = place;
  }

  /** One request and its whole answer. Errors: Node's own system errors (ENOENT, ECONNREFUSED, ECONNRESET ...), ETIMEDOUT. */
  async send(options: HubRequest): Promise<HttpAnswer> {
    const opener = await this.#open();
    return new Promise((resolve, reject) => {
      const outgoing = this.#request(opener, options);
      outgoing.on("error", reject);
      outgoing.on("response", (answer) => {
        const parts: Buffer[] = [];
        let sizeBytes = 0;
        answer.on("data", (part: Buffer) => {
          parts.push(part);
          sizeBytes += part.length;
          if (sizeBytes > maxAnswerBytes)
            answer.destroy(new CommonsError("HUB_UNREACHABLE", "The hub's answer has no end."));
        });
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }),
        );
      });
      outgoing.end(options.body);
    });
  }

  /** A request whose answer stays open; resolves at its first byte. The caller destroys it. */
  async openStream(options: HubRequest): Promise<IncomingMessage> {
    const opener = await this.#open();
    return new Promise((resolve, reject) => {
      const outgoing = this.#request(opener, options);
      outgoing.on("error", reject);
      outgoing.on("response", (answer) => {
        outgoing.setTimeout(0);
        if (answer.statusCode !== 200) {
          answer.destroy();
          // It began to stop after its hello: the next hub takes the session.
          const code = answer.statusCode === 503 ? "HUB_STOPPING" : "HUB_UNREACHABLE";
          reject(new CommonsError(code, `The hub refused the session (HTTP ${answer.statusCode}).`));
          return;
        }
        answer.once("data", () => resolve(answer));
        answer.once("error", reject);
        answer.once("close", () => reject(new CommonsError("HUB_STOPPING", "The hub closed the connection.")));
      });
      outgoing.end(options.body);
    });
  }

  close(): void {
    this.#agent.destroy();
    void this.#opener?.then(({ agent }) => agent.destroy());
  }

  /** TLS is loaded only for who needs it: it costs every session's start otherwise. */
  #open(): Promise<Opener> {
    const isSecure = typeof this.#place !== "string" && this.#place.url.protocol === "https:";
    this.#opener ??= isSecure
      ? import("node:https").then(({ Agent: SecureAgent, request }) => ({
          request,
          agent: new SecureAgent({ keepAlive: true, maxFreeSockets: 4 }),
        }))
      : Promise.resolve({ request: httpRequest, agent: this.#agent });
    return this.#opener;
  }

  #request(opener: Opener, { method, path, headers = {}, body, timeoutMs, signal }: HubRequest): ClientRequest {
    const outgoing = opener.request({
      ...this.#target(),
      agent: opener.agent,
      method,
      path,
      headers: {
        ...headers,
        ...this.#ownHeaders(),
        ...(body === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    outgoing.setTimeout(timeoutMs, () =>
      outgoing.destroy(Object.assign(new Error("The hub did not answer in time."), { code: "ETIMEDOUT" })),
    );
    return outgoing;
  }

  #target(): RequestOptions {
    if (typeof this.#place === "string") {
      requireOwnSocket(this.#place);
      return { socketPath: this.#place };
    }
    const { protocol, hostname, port } = this.#place.url;
    // A URL keeps the brackets of an IPv6 address, a connection takes none.
    return { protocol, hostname: hostname.replace(/^\[|\]$/g, ""), ...(port === "" ? {} : { port }) };
  }

  #ownHeaders(): Record<string, string> {
    if (typeof this.#place === "string") return { host: "commons" };
    return { host: hostHeader(this.#place.url), authorization: `Bearer ${this.#place.token.reveal()}` };
  }
}

/**
 * A hub's door is on its loopback and takes no other name there (DNS rebinding). Over https a proxy stands before it, which may go by the
 * name; over http what leads to the door only carries: a tunnel, or the host as a container knows it.
 */
function hostHeader({ protocol, host, port }: URL): string {
  return protocol === "https:" ? host : `localhost:${port || 80}`;
}

const connectionErrors = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTSOCK", "EAGAIN"]);

/** Whether the hub may just be gone, so that the same call can be tried again on a new one. */
export function isConnectionError(error: unknown): boolean {
  return connectionErrors.has(systemErrorCode(error) ?? "");
}

/**
 * The directory must be ours and closed to others, and the socket in it ours, or another user could answer in the hub's place. A long home
 * has its socket in /tmp, where another user could have made the directory first.
 */
function requireOwnSocket(address: string): void {
  if (process.platform === "win32" || process.getuid === undefined) return;
  const directory = dirname(address);
  const stat = lookAt(directory);
  if (stat === undefined) return;
  if (!stat.isDirectory() || stat.uid !== process.getuid()) throw foreign(directory);
  if ((stat.mode & 0o022) !== 0) closeToOthers(directory);
  const socket = lookAt(address);
  if (socket !== undefined && socket.uid !== process.getuid()) throw foreign(address);
}

function foreign(path: string): CommonsError {
  // In the words for a home that cannot be entered: the two have one reason.
  return homeFailure(path, Object.assign(new Error("another user's"), { code: "EPERM" }), "HUB_UNREACHABLE");
}

function closeToOthers(directory: string): void {
  try {
    chmodSync(directory, 0o700);
  } catch (error) {
    throw homeFailure(directory, error, "HUB_UNREACHABLE");
  }
}

function lookAt(directory: string): Stats | undefined {
  try {
    return lstatSync(directory, { throwIfNoEntry: false });
  } catch (error) {
    throw homeFailure(directory, error, "HUB_UNREACHABLE");
  }
}
