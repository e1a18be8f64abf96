import { CommonsError } from "../../core/errors.ts";
import { unreadable } from "./record-metadata.ts";

export interface ChromaRequest {
  readonly method: "GET" | "POST";
  /** Begins with /api/. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

export type ChromaAnswer =
  | { readonly kind: "answered"; readonly value: unknown }
  | { readonly kind: "refused"; readonly status: number; readonly text: string }
  /** Longer than is taken. */
  | { readonly kind: "too-long" };

const timeoutMs = 120_000;
const maxAnswerBytes = 64 * 1024 * 1024;
const maxRefusalBytes = 8 * 1024;

/** Asks one ChromaDB server. Its address and headers are given once, and headers go to that address only: redirects are not followed. */
export class ChromaServer {
  /** Without password. */
  readonly title: string;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** Errors: MIGRATION_UNUSABLE for what is no http(s) address, or headers that cannot be sent. */
  constructor(address: string, headers: Readonly<Record<string, string>>) {
    const url = parsedAddress(address);
    const path = url.pathname.replace(/\/+$/, "").replace(/\/api\/v[12]$/, "");
    this.title = url.host === "" ? address : `${url.protocol}//${url.host}${path}`;
    this.#base = this.title;
    const password =
      url.username === "" && url.password === "" ? null : `${decoded(url.username)}:${decoded(url.password)}`;
    const own = password === null ? {} : { authorization: `Basic ${Buffer.from(password).toString("base64")}` };
    this.#headers = { ...own, ...headers };
    requireHeaders(this.#headers);
  }

  /** Errors: MIGRATION_UNUSABLE when nothing answers, for a redirect, and for what is no JSON. */
  async ask({ method, path, body, signal }: ChromaRequest): Promise<ChromaAnswer> {
    try {
      const answer = await fetch(this.#base + path, {
        method,
        headers: { accept: "application/json", "content-type": "application/json", ...this.#headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      if (answer.status >= 300 && answer.status < 400) throw this.#redirected(answer);
      const text = await limitedText(answer, answer.ok ? maxAnswerBytes : maxRefusalBytes);
      if (!answer.ok) return { kind: "refused", status: answer.status, text: (text ?? "").slice(0, 300) };
      return text === null ? { kind: "too-long" } : { kind: "answered", value: JSON.parse(text) };
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof CommonsError ? error : this.#failure(error);
    }
  }

  /** Where to, without what may authenticate. */
  #redirected({ status, headers }: Response): Error {
    const location = headers.get("location") ?? "";
    const target = URL.canParse(location, this.#base) ? new URL(location, this.#base) : null;
    const place = target === null ? null : `${target.protocol}//${target.host}`;
    return unreadable(
      `What answers at ${this.title} leads elsewhere (HTTP ${status}), and redirects are not followed.`,
      {
        hint:
          place === null || place === this.#base
            ? "Check the address and the port."
            : `If that is your server: commons migrate --from ${place}`,
      },
    );
  }

  #failure(error: unknown): Error {
    if (error instanceof SyntaxError)
      return unreadable(`What answers at ${this.title} is no ChromaDB: its answer is no JSON.`, {
        hint: "Check the address and the port.",
        cause: error,
      });
    const reason = reasonOf(error);
    return unreadable(`No ChromaDB answers at ${this.title} (${reason}).`, {
      hint: "Start the server (docker start NAME), or read its volume or directory: commons migrate --from volume:NAME",
      cause: error,
    });
  }
}

/** In the words of the system where it has any. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs / 1_000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // What Fetch refuses to connect to (fetch.spec.whatwg.org, "port blocking") has no code.
  if (cause.message === "bad port") return "that port belongs to another kind of server";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message || error.message;
}

function parsedAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  const port = /^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(address)?.[1];
  if (port !== undefined && Number(port) > 65_535)
    throw unreadable(`The address has the port ${port.slice(0, 20)}; ports end at 65535.`, {
      hint: "Check the port. The earlier set-up uses 8003, ChromaDB itself 8000.",
    });
  throw unreadable("The address of a ChromaDB server begins with http:// or https:// and a name or number.", {
    hint: "For example: commons migrate --from http://127.0.0.1:8003",
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function requireHeaders(headers: Readonly<Record<string, string>>): void {
  try {
    for (const [name, value] of Object.entries(headers)) new Headers().set(name, value);
  } catch (error) {
    // The value may be a secret: only its name is told, and no cause that holds it.
    const names = Object.keys(headers).join(", ").slice(0, 200);
    throw unreadable(`A header cannot be sent: ${names}.`, {
      hint: "Write it as NAME: VALUE on one line.",
      cause: typeof error,
    });
  }
}

/** null: longer than the limit; the rest is not read. */
async function limitedText(answer: Response, maxBytes: number): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Safe: the body of an answer is a stream of bytes.
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > maxBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
