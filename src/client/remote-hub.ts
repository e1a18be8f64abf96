import { setTimeout as delay } from "node:timers/promises";
import { loadHubToken, type Secret } from "../config/secrets.ts";
import type { Settings } from "../config/settings.ts";
import { CommonsError, systemErrorCode, type ErrorWire } from "../core/errors.ts";
import type { Hello } from "../protocol/views.ts";
import { isConnectionError, type HttpAnswer, type HubConnection } from "./hub-connection.ts";

/** A hub that is reached over TCP. */
export interface TcpHub {
  /** Scheme, host and port alone. */
  readonly url: URL;
  readonly token: Secret;
}

/** A hub whose socket somebody put here, as `commons mcp --docker` does in a container. */
export interface SocketHub {
  readonly socket: string;
}

/** A hub that is never started, stopped or replaced from here. */
export type RemoteHub = TcpHub | SocketHub;

/** Where it is, for people: scheme, host and port, or the path of its socket. */
export function placeOf(hub: RemoteHub): string {
  return "socket" in hub ? hub.socket : hub.url.origin;
}

// A hub that is being replaced or started again is away for a second or two, on a busy machine for longer; one that never answered may be
// a wrong address.
const patienceMs = { known: 15_000, new: 3_000 };
const askAgainMs = 150;

/** The hub that the settings name; null: the one of the home. Errors: SETTING_INVALID without a token, where http would show it, or for two hubs. */
export function remoteHub(
  env: NodeJS.ProcessEnv,
  settings: Pick<Settings, "hub.url" | "hub.plainHost"> & Partial<Pick<Settings, "hub.socket">>,
): RemoteHub | null {
  const given = settings["hub.url"];
  const socket = settings["hub.socket"];
  if (socket !== undefined && given !== undefined)
    throw new CommonsError("SETTING_INVALID", `Settings hub.url (${given}) and hub.socket (${socket}) name two hubs.`, {
      hint: "Unset one: COMMONS_HUB_URL or COMMONS_HUB_SOCKET, or commons config unset hub.url",
    });
  if (socket !== undefined) return { socket };
  if (given === undefined) return null;
  const url = new URL(given);
  if (url.protocol === "http:" && !isLoopback(url.hostname) && url.hostname !== settings["hub.plainHost"])
    throw new CommonsError(
      "SETTING_INVALID",
      `Setting hub.url sends the token to ${url.hostname} over http, readable on the way.`,
      {
        hint: `Use https or an SSH tunnel to a port of this machine; or allow this host: COMMONS_HUB_PLAIN_HOST=${url.hostname}`,
      },
    );
  const token = loadHubToken(env);
  if (token !== null) return { url, token };
  throw new CommonsError(
    "SETTING_INVALID",
    `Setting hub.url names a hub at ${url.origin}, but there is no token for it.`,
    {
      hint: "Set COMMONS_HUB_TOKEN, or COMMONS_HUB_TOKEN_FILE to a file with it; on the hub's machine commons hub token shows it.",
    },
  );
}

/** The hello of the hub over there; null while it stops. Errors: HUB_UNREACHABLE, TOKEN_REFUSED, TOO_MANY_REQUESTS. */
export async function greetRemote(
  connection: HubConnection,
  hub: RemoteHub,
  signal?: AbortSignal,
): Promise<Hello | null> {
  let answer: HttpAnswer;
  try {
    answer = await connection.send({ method: "GET", path: "/v1/hello", timeoutMs: 10_000, signal });
  } catch (error) {
    if (error instanceof CommonsError && "socket" in hub) throw foreignSocket(error);
    if (!isConnectionError(error) && !isNameError(error)) throw error;
    throw new CommonsError(
      "HUB_UNREACHABLE",
      `No hub answers at ${placeOf(hub)} (${systemErrorCode(error) ?? "error"}).`,
      { hint: silenceHint(hub), cause: error },
    );
  }
  if (answer.status === 503) return null;
  if (answer.status === 401 && "token" in hub)
    throw new CommonsError("TOKEN_REFUSED", `The hub at ${placeOf(hub)} refuses the token of ${hub.token.name}.`, {
      hint: "It may have been rotated; on the hub's machine commons hub token shows the one that is right.",
    });
  const hello = answer.status === 200 ? helloOf(answer.body) : null;
  if (hello !== null) return hello;
  throw errorOf(answer) ?? noHub(placeOf(hub), answer.status);
}

/** The hello, after some seconds of patience with a hub that is just being replaced. Errors: HUB_UNREACHABLE, TOKEN_REFUSED. */
export async function awaitRemote(
  connection: HubConnection,
  hub: RemoteHub,
  { isKnown }: { readonly isKnown: boolean },
): Promise<Hello> {
  for (const deadline = Date.now() + patienceMs[isKnown ? "known" : "new"]; ; await delay(askAgainMs)) {
    try {
      const hello = await greetRemote(connection, hub);
      if (hello !== null) return hello;
    } catch (error) {
      const isAway = error instanceof CommonsError && isConnectionError(error.cause);
      if (!isAway || Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline)
      throw new CommonsError("HUB_STOPPING", `The hub at ${placeOf(hub)} is stopping.`, { hint: "Try again." });
  }
}

/** The error that a hub's answer carries; null when it carries none of ours. */
export function errorOf({ body }: HttpAnswer): CommonsError | null {
  const value = parsed(body);
  if (typeof value !== "object" || value === null || !("error" in value)) return null;
  const { error } = value;
  if (typeof error !== "object" || error === null || !("code" in error) || !("message" in error)) return null;
  // Safe: a hub sends an ErrorWire, and fromWire takes a code that is not of the catalogue for INTERNAL.
  return CommonsError.fromWire(error as ErrorWire);
}

function helloOf(body: string): Hello | null {
  const value = parsed(body);
  if (typeof value !== "object" || value === null || !("program" in value) || value.program !== "chroma-commons")
    return null;
  // Safe: a hub says so, and its protocol is compared before anything else of it is used.
  return value as Hello;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not of the protocol, whatever it is.
    return null;
  }
}

/** The socket's directory is another user's: as of a volume that no hub of compose.yaml has made. No directory of ours is at fault. */
function foreignSocket({ message }: CommonsError): CommonsError {
  return new CommonsError("HUB_UNREACHABLE", `No hub of this user has its socket there: ${message}`, {
    hint: "The hub that has it must run as the same user as the session. In a container: name the volume of its hub, commons mcp --docker --hub volume:NAME.",
  });
}

function silenceHint(hub: RemoteHub): string {
  if ("socket" in hub)
    return "Whoever put the socket there starts the hub; commons doctor on that machine says more. Or unset COMMONS_HUB_SOCKET.";
  // As `commons mcp --docker` names it to its container, where nobody can unset anything.
  return hub.url.hostname === "host.docker.internal"
    ? "Look on the machine that runs the container: commons hub status. Without a port it is reached by: commons mcp --docker --hub socket"
    : "Look there: commons hub status; or unset COMMONS_HUB_URL to use the hub of this home.";
}

function noHub(place: string, status: number): CommonsError {
  const isRedirect = status >= 300 && status < 400;
  const why = isRedirect ? `it redirects (HTTP ${status}), which is never followed` : `HTTP ${status}`;
  return new CommonsError("HUB_UNREACHABLE", `What answers at ${place} is no hub: ${why}.`, {
    hint: "Compare with the address that commons hub status shows on the hub's machine.",
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function isNameError(error: unknown): boolean {
  return ["ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(systemErrorCode(error) ?? "");
}
