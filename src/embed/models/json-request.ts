import { CommonsError, systemErrorCode } from "../../core/errors.ts";
import { refused, unavailable } from "./embedding-failure.ts";

export interface JsonRequest {
  /** Who answers, for messages: "Ollama at http://127.0.0.1:11434". */
  readonly server: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface JsonAnswer {
  readonly status: number;
  /** What the server asks callers to wait; null when it does not say. */
  readonly retryAfterMs: number | null;
  /** undefined when it is no JSON. */
  readonly body: unknown;
}

/** POSTs JSON. Errors: EMBEDDER_UNAVAILABLE when nothing whole comes back, EMBEDDER_REFUSED for a redirect or too much, CANCELLED. */
export async function postJson(request: JsonRequest): Promise<JsonAnswer> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  try {
    const response = await fetch(request.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...request.headers },
      body: JSON.stringify(request.body),
      // Another server than the user chose would get the texts and the key.
      redirect: "manual",
      signal: AbortSignal.any([request.signal, timeout]),
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw refused(`${request.server} sends callers on to another address.`, {
        hint: "Set the address where it really answers.",
      });
    }
    const text = await textOf(response, request);
    const body = parsed(text);
    // A page of a proxy in between, or of a server that is starting.
    if (response.ok && body === undefined)
      throw unavailable(`${request.server} answered something that is no JSON.`, { mayRetry: true });
    return { status: response.status, retryAfterMs: retryAfter(response.headers), body };
  } catch (error) {
    throw asFailure(error, request, timeout);
  }
}

async function textOf(response: Response, { server, maxBytes }: JsonRequest): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of bodyParts(response)) {
    sizeBytes += part.byteLength;
    // Leaving the loop cancels the stream.
    if (sizeBytes > maxBytes) throw refused(`${server} answered more than ${maxBytes} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** What comes of the body, as it comes; nothing where there is none. */
export function bodyParts(response: Response): AsyncIterable<Uint8Array> {
  // Safe: fetch gives bytes; Node's types leave the element open.
  return (response.body ?? emptyBody()) as AsyncIterable<Uint8Array>;
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, or half an answer: the status says what to do about it.
    return undefined;
  }
}

/** Seconds or a date, as HTTP has it; milliseconds as OpenAI adds them. */
function retryAfter(headers: Headers): number | null {
  const ms = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const given = headers.get("retry-after");
  if (given === null) return null;
  const seconds = Number(given);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(given) - Date.now();
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : null;
}

function asFailure(error: unknown, { server, signal, timeoutMs }: JsonRequest, timeout: AbortSignal): unknown {
  if (signal.aborted) return new CommonsError("CANCELLED", "The embedding was cancelled.", { cause: error });
  if (error instanceof CommonsError) return error;
  if (timeout.aborted)
    return unavailable(`${server} did not answer within ${timeoutMs / 1_000} s.`, { mayRetry: true });
  // fetch hides the system's error in the cause; its own message may quote headers, so it is not shown.
  const cause = error instanceof Error ? error.cause : undefined;
  const code = systemErrorCode(cause) ?? systemErrorCode(error);
  const isAbsent = code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN";
  return unavailable(`${server} ${wordsOf(code)}.`, { mayRetry: !isAbsent });
}

/** Codes of undici stand for what happened on a connection that was there. */
function wordsOf(code: string | undefined): string {
  if (code === undefined || code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE")
    return "broke off the connection";
  if (code === "ECONNREFUSED") return "cannot be reached: nothing listens at that address (ECONNREFUSED)";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `cannot be reached: its name is not known (${code})`;
  if (code.startsWith("UND_ERR_") && code.endsWith("_TIMEOUT")) return "did not answer in time";
  return `cannot be reached (${code})`;
}
