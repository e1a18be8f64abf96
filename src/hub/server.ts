import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { headers, operations, protocolVersion, type OperationName } from "../protocol/operations.ts";
import { doorOf } from "../protocol/operation-doors.ts";
import { identitySchema } from "../protocol/schemas.ts";
import type { Hello } from "../protocol/views.ts";
import type { Caller } from "./caller.ts";
import type { TcpGuard } from "./guard.ts";
import type { Handlers } from "./handlers.ts";
import type { Log } from "./log.ts";
import type { SessionRegistry } from "./session-registry.ts";

/** What hono gives the routes: Node's own request and answer, and the guard of a request that came over TCP. */
export interface HubEnv {
  Bindings: HttpBindings & { readonly guard?: TcpGuard };
}

const maxBodyBytes = 256 * 1024 * 1024;
const callIdSchema = z.string().min(8).max(100).optional();
// A batch has 1 MB of text, or one document alone, of which at most 8 million characters are kept (src/extract/sections.ts).
const maxTcpBodyBytes = 32 * 1024 * 1024;

export interface HubServerOptions {
  readonly hello: Hello;
  readonly handlers: Handlers;
  readonly registry: SessionRegistry;
  readonly log: Log;
  /** Whether the hub is stopping: new calls are refused with HUB_STOPPING. */
  readonly isStopping: () => boolean;
  readonly onCall: () => void;
}

/** The hub's routes: hello, one route for all operations, and the connection that keeps a session registered. */
export function createHubApp(options: HubServerOptions): Hono<HubEnv> {
  const { hello, handlers, registry, log } = options;
  const app = new Hono<HubEnv>();
  app.use(async (context, next) => {
    const { guard, incoming } = context.env;
    // Before the body is read: a stranger costs a hash.
    guard?.admit(incoming);
    await next();
    // Its rest would stand before the next request, or the connection break off under it: the caller takes another one.
    if (!incoming.complete) context.header("connection", "close");
  });
  const [ofSocket, ofTcp] = [limitedTo(maxBodyBytes), limitedTo(maxTcpBodyBytes)];
  app.use((context, next) => (context.env.guard === undefined ? ofSocket : ofTcp)(context, next));
  app.get("/v1/hello", (context) => (options.isStopping() ? context.text("stopping", 503) : context.json(hello)));

  app.post("/v1/session", async (context) => {
    requireProtocol(context.req.header(headers.protocol), hello);
    if (options.isStopping()) throw new CommonsError("HUB_STOPPING", "The hub is stopping.");
    const identity = parse(identitySchema, await bodyOf(context));
    const { outgoing } = context.env;
    registry.connected(identity, outgoing);
    log.info({ sessionId: identity.sessionId, agent: identity.agent, workspace: identity.workspace }, "session joined");
    outgoing.once("close", () => registry.disconnected(identity.sessionId, outgoing));
    outgoing.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
    outgoing.write(`${JSON.stringify({ type: "registered" })}\n`);
    options.onCall();
    return RESPONSE_ALREADY_SENT;
  });

  app.post("/v1/op/:name", async (context) => {
    const name = context.req.param("name");
    const isTcp = context.env.guard !== undefined;
    if (!isOperation(name) && isTcp) return context.notFound();
    if (!isOperation(name))
      throw new CommonsError("INPUT_INVALID", `The hub has no operation "${name.slice(0, 80)}".`, {
        details: { isUnknown: true },
      });
    if (isTcp && doorOf(name) !== "any")
      throw new CommonsError("REQUEST_REFUSED", `${name} may be called through the hub's unix socket only.`, {
        hint: "Run the command on the hub's machine, without COMMONS_HUB_URL.",
      });
    if (name !== "hub.stop") requireProtocol(context.req.header(headers.protocol), hello);
    if (options.isStopping()) throw new CommonsError("HUB_STOPPING", "The hub is stopping.");
    options.onCall();
    const sessionId = context.req.header(headers.session) ?? null;
    const session = sessionId === null ? null : registry.called(sessionId);
    const caller: Caller = {
      session,
      // A session's space was said when it joined: no call goes to another one.
      space: session?.space ?? context.req.header(headers.space) ?? "default",
      callId: parse(callIdSchema, context.req.header(headers.call)) ?? null,
    };
    const input = parse(operations[name].input, await bodyOf(context));
    return context.json({ ok: true, result: await dispatch(handlers, name, { input, caller }) });
  });

  app.onError((thrown, context) => {
    const { incoming } = context.env;
    // Whoever waits for the body meets Node's own error: no defect, and nobody reads the answer.
    const isGone = incoming.destroyed && !incoming.complete;
    const error = isGone ? new CommonsError("CANCELLED", "The caller went away.") : asCommonsError(thrown);
    if (error.code === "INTERNAL") log.error({ err: thrown, path: context.req.path }, "operation failed");
    if (context.env.guard !== undefined) addTcpHeaders(context, error);
    // Safe: the catalogue holds only statuses that carry a body.
    return context.json({ ok: false, error: error.toWire() }, error.kind.httpStatus as 500);
  });
  return app;
}

function limitedTo(maxSize: number): MiddlewareHandler<HubEnv> {
  const onError = () => {
    throw new CommonsError("BODY_TOO_LARGE", `The request is larger than ${maxSize / (1024 * 1024)} MB.`, {
      hint: "Send it in smaller parts.",
    });
  };
  return bodyLimit({ maxSize, onError });
}

/** Who was refused is not read any further. */
function addTcpHeaders(context: Context<HubEnv>, { code, details }: CommonsError): void {
  const retryAfterSeconds = details?.["retryAfterSeconds"];
  if (code === "TOO_MANY_REQUESTS" && typeof retryAfterSeconds === "number")
    context.header("retry-after", String(retryAfterSeconds));
  if (code === "TOKEN_REFUSED") context.header("www-authenticate", "Bearer");
  if (context.env.guard?.hasAdmitted(context.env.incoming.socket) !== true || code === "BODY_TOO_LARGE")
    context.header("connection", "close");
}

async function dispatch(
  handlers: Handlers,
  name: OperationName,
  call: { input: unknown; caller: Caller },
): Promise<unknown> {
  // Safe: the input was parsed by the schema of the same name, from which the handler's type derives.
  const handler = handlers[name] as (input: unknown, caller: Caller) => Promise<unknown>;
  return handler(call.input, call.caller);
}

/** The request's body. Errors: INPUT_INVALID. */
async function bodyOf({ req }: Context<HubEnv>): Promise<unknown> {
  const text = await req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new CommonsError("INPUT_INVALID", "The request's body is no JSON.", { hint: "Send one JSON object." });
  }
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

function requireProtocol(given: string | undefined, { version }: Hello): void {
  if (given === String(protocolVersion)) return;
  throw new CommonsError(
    "HUB_INCOMPATIBLE",
    `The hub (version ${version}) speaks hub protocol ${protocolVersion}, the caller ${given ?? "none"}.`,
    {
      hint: "Update chroma-commons for this agent, or stop the hub: commons hub stop",
    },
  );
}

const unknownCodes: ReadonlySet<string> = new Set(["unrecognized_keys", "invalid_value", "invalid_union"]);

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const facts = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new CommonsError("INPUT_INVALID", `${facts.join("; ").slice(0, 500)}.`, {
    hint: "Shorten or correct the value.",
    // A caller of another version sends what this one has never heard of; the client tells its user so.
    ...(parsed.error.issues.some(({ code }) => unknownCodes.has(code)) ? { details: { isUnknown: true } } : {}),
  });
}
