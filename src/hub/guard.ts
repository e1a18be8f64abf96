import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { CommonsError } from "../core/errors.ts";
import { RequestBucket, WrongTokens, type RateLimits } from "./request-rates.ts";

/** Twenty sessions that ingest at once ask some 400 times a second; a loop that runs wild asks thousands of times. */
export const tcpRates: RateLimits = { wrongTokens: 10, windowMs: 60_000, requestsPerSecond: 1_000, burst: 4_000 };

export interface TcpGuardOptions {
  readonly token: string;
  /** Milliseconds that never go back; tests give their own. */
  readonly now?: () => number;
  readonly rates?: RateLimits;
}

/**
 * Decides on each request that comes over TCP, before its body is read. A web page cannot pass: it cannot leave out Origin or
 * Sec-Fetch-Site, and a page that had its name pointed at the loopback (DNS rebinding) gives itself away by Host. A program passes with
 * the token alone.
 */
export class TcpGuard {
  readonly #now: () => number;
  readonly #strangers: WrongTokens;
  readonly #bucket: RequestBucket;
  readonly #admitted = new WeakSet<Socket>();
  #digest: Buffer;
  #port = 0;

  constructor({ token, now = () => performance.now(), rates = tcpRates }: TcpGuardOptions) {
    this.#now = now;
    this.#strangers = new WrongTokens(rates);
    this.#bucket = new RequestBucket(rates);
    this.#digest = digestOf(token);
  }

  /** The port that Host must name. */
  listensOn(port: number): void {
    this.#port = port;
  }

  /** From now on only this token passes. */
  replaceToken(token: string): void {
    this.#digest = digestOf(token);
  }

  /** Errors: REQUEST_REFUSED, TOKEN_REFUSED, TOO_MANY_REQUESTS (with details.retryAfterSeconds). */
  admit(request: IncomingMessage): void {
    requireProgram(request, this.#port);
    this.#requireToken(request);
    this.#admitted.add(request.socket);
    if (!this.#bucket.take(this.#now())) throw tooMany("Requests come faster than the hub takes them.", 1);
    requireJson(request);
  }

  /** Whether a request with the right token came through the connection. */
  hasAdmitted(socket: Socket): boolean {
    return this.#admitted.has(socket);
  }

  #requireToken({ headers, socket }: IncomingMessage): void {
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    // Equal lengths for the comparison, and nothing of the token's length in its time.
    if (given !== undefined && timingSafeEqual(digestOf(given), this.#digest)) return;
    const waitSeconds = this.#strangers.note(socket.remoteAddress ?? "", this.#now());
    if (waitSeconds > 0) throw tooMany("Too many requests came with a wrong token.", waitSeconds);
    throw new CommonsError(
      "TOKEN_REFUSED",
      given === undefined ? "The request has no token." : "The request's token is not the hub's.",
      { hint: "Send it as Authorization: Bearer TOKEN; on the hub's machine commons hub token shows it." },
    );
  }
}

function requireProgram({ headers, headersDistinct, method, url = "" }: IncomingMessage, port: number): void {
  const hosts = headersDistinct["host"] ?? [];
  const own = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (hosts.length !== 1 || !own.includes(hosts[0]?.toLowerCase() ?? ""))
    throw refused(
      "The header Host names another server.",
      `Use http://127.0.0.1:${port}; a tunnel must have the same port at both ends.`,
    );
  // No page may call yet. The dashboard's own origin will be compared here, and nowhere else.
  if (headers.origin !== undefined || headers["access-control-request-method"] !== undefined)
    throw refused("Requests of web pages are refused: there is a header Origin.");
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "none" && site !== "same-origin")
    throw refused("Requests of web pages are refused: the header Sec-Fetch-Site names another site.");
  if (method === "OPTIONS" || !url.startsWith("/")) throw refused("The hub does not take such requests.");
  if (url.includes("?"))
    throw refused(
      "The hub takes no query in its URLs.",
      "A token goes into the header Authorization. One that stood in a URL may be in logs: commons hub token --rotate",
    );
}

/** A form or plain text is what a page could send without asking first. */
function requireJson({ headers }: IncomingMessage): void {
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  if (!hasBody) return;
  if (!/^application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? ""))
    throw refused("The body's content type is not application/json.");
  if (headers["content-encoding"] !== undefined) throw refused("The hub takes no compressed bodies.");
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function refused(fact: string, hint?: string): CommonsError {
  return new CommonsError("REQUEST_REFUSED", fact, hint === undefined ? {} : { hint });
}

function tooMany(fact: string, retryAfterSeconds: number): CommonsError {
  return new CommonsError("TOO_MANY_REQUESTS", fact, {
    hint: `Try again in ${retryAfterSeconds} s.`,
    details: { retryAfterSeconds },
  });
}
