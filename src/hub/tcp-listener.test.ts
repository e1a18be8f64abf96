import { createConnection, type Socket } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../test/fixtures/world.ts";
import { doorOf } from "../protocol/operation-doors.ts";
import { operations, protocolVersion, type OperationName } from "../protocol/operations.ts";
import { TcpGuard } from "./guard.ts";
import type { Handlers } from "./handlers.ts";
import { createLog } from "./log.ts";
import { createHubApp } from "./server.ts";
import { SessionRegistry } from "./session-registry.ts";
import { TcpListener, tcpBounds, type TcpBounds } from "./tcp-listener.ts";

const token = "t".repeat(43);
const quick: TcpBounds = { ...tcpBounds, headersMs: 150, requestMs: 300, unreadMs: 150, checkEveryMs: 25 };

/** Unlike events.once, an error before the end is as good. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

describe("the door over TCP", () => {
  let listener: TcpListener;
  let sockets: Socket[];
  let logged: string;
  /** Operations that were carried out. */
  let done: string[];
  let crowds: number[];

  beforeEach(() => {
    crowds = [];
    sockets = [];
    logged = "";
    done = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await listener.close();
  });

  async function open(bounds: TcpBounds = quick, address: "127.0.0.1" | "::1" = "127.0.0.1"): Promise<void> {
    const handlers = new Proxy({} as Handlers, {
      get: (_target, name) => async () => {
        done.push(String(name));
        return name === "work.list" ? "x".repeat(60_000_000) : [];
      },
    });
    const app = createHubApp({
      hello: {
        program: "chroma-commons",
        protocol: protocolVersion,
        version: "1.0.0",
        build: 0,
        pid: 1,
        home: "/home",
        instance: "one",
        machine: { id: "m", name: "m" },
      },
      handlers,
      registry: new SessionRegistry(() => undefined),
      log: createLog("trace", { write: (line) => void (logged += line) }),
      isStopping: () => false,
      onCall: () => undefined,
    });
    const onCrowd = (dropped: number) => void crowds.push(dropped);
    listener = await TcpListener.open({ app, guard: new TcpGuard({ token }), address, port: 0, bounds, onCrowd });
  }

  function connect(): Socket {
    const socket = createConnection({ host: "127.0.0.1", port: listener.port });
    socket.on("error", () => undefined);
    sockets.push(socket);
    return socket;
  }

  /** A request's head with Host and the token; `lines` win over these. */
  function head(first: string, lines: Readonly<Record<string, string | null>> = {}): string {
    const all = {
      host: `127.0.0.1:${listener.port}`,
      authorization: `Bearer ${token}`,
      "x-commons-protocol": String(protocolVersion),
      ...lines,
    };
    const shown = Object.entries(all).filter(([, value]) => value !== null);
    return `${first} HTTP/1.1\r\n${shown.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  }

  /** Sends the text and gives what came until the server closed the connection. */
  async function exchange(text: string): Promise<string> {
    const socket = connect();
    let answer = "";
    socket.on("data", (part) => (answer += part.toString("utf8")));
    socket.write(text);
    await closed(socket);
    return answer;
  }

  function call(name: string, body = "{}"): string {
    return `${head(`POST /v1/op/${name}`, {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      connection: "close",
    })}${body}`;
  }

  it("answers a program that has the token", async () => {
    await open();
    expect(await exchange(call("sessions.list"))).toContain('{"ok":true,"result":[]}');
    expect(await exchange(head("GET /v1/hello", { connection: "close" }))).toContain('"program":"chroma-commons"');
  });

  it("listens on the loopback of IPv6 where that was asked for", async ({ skip }) => {
    await open(quick, "::1").catch(async () => {
      await open();
      skip("This machine has no IPv6 loopback.");
    });
    expect(listener.url).toBe(`http://[::1]:${listener.port}`);
    const answer = await fetch(`${listener.url}/v1/hello`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
  });

  it("hides everything from who has not: even hello, paths and methods answer the same, and the connection is closed", async () => {
    await open();
    const lines = { authorization: null };
    const answers = await Promise.all(
      ["GET /v1/hello", "GET /", "DELETE /v1/op/hub.stop", "POST /v1/op/search"].map((first) =>
        exchange(head(first, lines)),
      ),
    );
    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
      expect(answer).not.toMatch(/chroma-commons|"pid"|\/home/);
    }
    const bodies = answers.map((answer) => answer.split("\r\n\r\n")[1]);
    expect(new Set(bodies).size).toBe(1);
  });

  it("judges the token before it reads the body", async () => {
    await open({ ...quick, requestMs: 60_000, headersMs: 60_000 });
    const lines = { authorization: "Bearer wrong", "content-type": "application/json", "content-length": "30000000" };
    // Not one byte of the body is sent, and the answer is there.
    expect(await exchange(head("POST /v1/op/search", lines))).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("ends a connection whose request it answers before it has read the body, and says so", async () => {
    await open({ ...quick, requestMs: 60_000 });
    const lines = { "content-type": "application/json", "content-length": "30000", "x-commons-session": "nobody" };
    expect(await exchange(head("POST /v1/op/search", lines))).toMatch(
      /^HTTP\/1\.1 \d+ [^]*\r\nconnection: close\r\n[^]*SESSION_UNKNOWN/i,
    );
  });

  it("refuses a body that is too large by its announcement, and by its size where it announces none", async () => {
    await open({ ...quick, requestMs: 60_000 });
    const lines = { "content-type": "application/json" };
    const announced = head("POST /v1/op/search", { ...lines, "content-length": String(32 * 1024 * 1024 + 1) });
    expect(await exchange(announced)).toMatch(/^HTTP\/1\.1 413 [^]*BODY_TOO_LARGE/);
    const socket = connect();
    socket.write(head("POST /v1/op/search", { ...lines, "transfer-encoding": "chunked" }));
    const framed = (bytes: number) =>
      Buffer.concat([Buffer.from(`${bytes.toString(16)}\r\n`), Buffer.alloc(bytes, "a"), Buffer.from("\r\n")]);
    // No more than one byte over: a write after the hub has hung up would take the answer with it.
    for (let count = 0; count < 32; count++) socket.write(framed(1024 * 1024));
    socket.write(framed(1));
    const [first] = await once(socket, "data");
    expect(String(first)).toMatch(/^HTTP\/1\.1 413 /);
    expect(done).toEqual([]);
  });

  it("says nothing about paths and operations that it does not have, and gives no page leave to call", async () => {
    await open();
    const preflight = head("OPTIONS /v1/op/search", {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    });
    const answers = [
      await exchange(call("no.such")),
      await exchange(call("__proto__")),
      await exchange(head("GET /v2/anything", { connection: "close" })),
      await exchange(head("GET /v1/op/search", { connection: "close" })),
      await exchange(preflight),
    ];
    expect(answers.map((answer) => answer.slice(9, 12))).toEqual(["404", "404", "404", "404", "403"]);
    for (const answer of answers.slice(0, 4)) expect(answer.split("\r\n\r\n")[1]).toMatch(/^404 Not Found$/);
    for (const answer of answers) expect(answer.toLowerCase()).not.toContain("access-control");
  });

  it("carries out nothing that only the unix socket may call", async () => {
    await open();
    // Safe: the keys of the table are its names.
    const names = (Object.keys(operations) as OperationName[]).filter((name) => doorOf(name) === "socket");
    expect(names).toEqual(expect.arrayContaining(["hub.stop", "hub.rotateToken", "reindex.start"]));
    for (const name of names)
      expect(await exchange(call(name, '{"reason":"x"}'))).toMatch(/^HTTP\/1\.1 403 [^]*unix socket only/);
    expect(done).toEqual([]);
  });

  it("hangs up on headers and bodies that come drop by drop", async () => {
    await open();
    const trickle = async (text: string) => {
      const socket = connect();
      let answer = "";
      socket.on("data", (part) => (answer += part.toString("utf8")));
      socket.write(text);
      const drops = setInterval(() => socket.write("a"), 20);
      await closed(socket);
      clearInterval(drops);
      return answer;
    };
    const unfinished = head("GET /v1/hello").replace(/\r\n\r\n$/, "\r\nx-slow: ");
    const body = head("POST /v1/op/search", { "content-type": "application/json", "content-length": "100000" });
    const [ofHeaders, ofBody] = await Promise.all([trickle(unfinished), trickle(body)]);
    // A last drop on its way can make the kernel drop the answer.
    expect(ofHeaders).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(ofBody).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(done).toEqual([]);
  });

  it("hangs up on who reads no answer, but not on a session's open stream with nothing to say", async () => {
    await open();
    const identity = {
      sessionId: "session-1",
      kind: "agent",
      agent: "a",
      pid: 1,
      version: "1",
      space: "default",
      workspace: null,
      branch: null,
      commit: null,
      activity: null,
    };
    const body = JSON.stringify(identity);
    const stream = connect();
    const lines = { "content-type": "application/json", "content-length": String(body.length) };
    stream.write(`${head("POST /v1/session", lines)}${body}`);
    await once(stream, "data");
    let isOpen = true;
    stream.once("close", () => (isOpen = false));
    const deaf = connect();
    deaf.pause();
    deaf.write(call("work.list"));
    await eventually("the hub works on the call", () => done.includes("work.list"));
    expect(listener.connections).toBe(2);
    await eventually("only the stream is left", () => listener.connections === 1);
    // The stream was there before, and silent all the time.
    expect(isOpen).toBe(true);
  });

  it("ends the oldest connection that has not shown the token where there are too many, and none that has", async () => {
    await open({ ...quick, headersMs: 60_000, requestMs: 60_000, strangers: 3 });
    const known = Array.from({ length: 5 }, connect);
    for (const socket of known) {
      socket.write(head("GET /v1/hello"));
      await once(socket, "data");
    }
    const strangers = Array.from({ length: 3 }, connect);
    await eventually("all are counted", () => listener.connections === 8);
    const ended = Promise.race(strangers.map(closed));
    connect();
    await ended;
    expect(listener.connections).toBe(8);
    const [first] = known;
    first?.write(head("GET /v1/hello"));
    if (first !== undefined) await once(first, "data");
  });

  it("lets who has the token in while others open connections without end and say nothing", async () => {
    await open({ ...quick, headersMs: 60_000, requestMs: 60_000, strangers: 20 });
    let isOver = false;
    let opened = 0;
    const flood = () => {
      if (isOver) return;
      opened += 1;
      connect().once("close", () => setImmediate(flood));
    };
    for (let count = 0; count < 30; count++) flood();
    await eventually("the places are taken again and again", () => opened > 100);
    const answers = [];
    for (let count = 0; count < 5; count++)
      answers.push(await exchange(head("GET /v1/hello", { connection: "close" })));
    isOver = true;
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(Array(5).fill("HTTP/1.1 200"));
    expect(crowds).toHaveLength(1);
  });

  it("refuses headers beyond 8 KB", async () => {
    await open();
    expect(await exchange(head("GET /v1/hello", { "x-long": "a".repeat(9_000) }))).toMatch(/^HTTP\/1\.1 431 /);
  });

  it("hangs up on everybody at once when the token is replaced, and writes no token to the log", async () => {
    await open();
    const socket = connect();
    socket.write(head("GET /v1/hello"));
    await once(socket, "data");
    expect(listener.hangUp()).toBe(1);
    await closed(socket);
    await exchange(head("GET /v1/hello", { authorization: "Bearer wrong-and-secret" }));
    expect(logged).not.toMatch(/wrong-and-secret|tttttt/);
  });
});
