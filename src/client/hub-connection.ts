import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { lstatSync, type Stats } from "node:fs";
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

/** HTTP over the hub's unix socket or named pipe. Knows nothing of operations. */
export class HubConnection {
  readonly #address: string;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });

  constructor(address: string) {
    this.#address = address;
  }

  /** One request and its whole answer. Errors: Node's own system errors (ENOENT, ECONNREFUSED, ECONNRESET ...), ETIMEDOUT. */
  send(options: HubRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = this.#request(options);
      outgoing.on("error", reject);
      outgoing.on("response", (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }),
        );
      });
      outgoing.end(options.body);
    });
  }

  /** A request whose answer stays open; resolves at its first byte. The caller destroys it. */
  openStream(options: HubRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = this.#request(options);
      outgoing.on("error", reject);
      outgoing.on("response", (answer) => {
        outgoing.setTimeout(0);
        if (answer.statusCode !== 200) {
          answer.destroy();
          reject(new CommonsError("HUB_UNREACHABLE", `The hub refused the session (HTTP ${answer.statusCode}).`));
          return;
        }
        answer.once("data", () => resolve(answer));
        answer.once("error", reject);
        answer.once("close", () => reject(new CommonsError("HUB_UNREACHABLE", "The hub closed the connection.")));
      });
      outgoing.end(options.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #request({ method, path, headers = {}, body, timeoutMs, signal }: HubRequest): ClientRequest {
    requireOwnDirectory(this.#address);
    const outgoing = request({
      socketPath: this.#address,
      agent: this.#agent,
      method,
      path,
      headers: {
        ...headers,
        host: "commons",
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
}

const connectionErrors = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTSOCK", "EAGAIN"]);

/** Whether the hub may just be gone, so that the same call can be tried again on a new one. */
export function isConnectionError(error: unknown): boolean {
  return connectionErrors.has(systemErrorCode(error) ?? "");
}

// A long home has its socket in /tmp, where another user could have made the directory first.
function requireOwnDirectory(address: string): void {
  if (process.platform === "win32" || process.getuid === undefined) return;
  const directory = dirname(address);
  const stat = lookAt(directory);
  if (stat === undefined || (stat.isDirectory() && stat.uid === process.getuid())) return;
  throw new CommonsError("HUB_UNREACHABLE", `${directory} belongs to another user.`, {
    hint: "Set COMMONS_HOME to a short directory of your own.",
  });
}

function lookAt(directory: string): Stats | undefined {
  try {
    return lstatSync(directory, { throwIfNoEntry: false });
  } catch (error) {
    throw homeFailure(directory, error, "HUB_UNREACHABLE");
  }
}
