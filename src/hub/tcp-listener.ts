import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { TcpGuard } from "./guard.ts";
import type { HubEnv } from "./server.ts";
import { closeServer, cutUnreadAnswers } from "./server-bounds.ts";
import { Strangers } from "./strangers.ts";

/** How long a client may take, in milliseconds, and how many connections there may be. */
export interface TcpBounds {
  /** From the connection's first byte to the end of the headers. */
  readonly headersMs: number;
  /** To the end of the body: 32 MB within it are 3 Mbit/s. */
  readonly requestMs: number;
  /** Without reading anything of an answer. */
  readonly unreadMs: number;
  readonly keepAliveMs: number;
  /** How often Node looks for the first two. */
  readonly checkEveryMs: number;
  /** Connections in all. */
  readonly connections: number;
  /** Of these the ones that have not shown the token yet; one more ends the oldest of them. */
  readonly strangers: number;
}

export const tcpBounds: TcpBounds = {
  headersMs: 10_000,
  requestMs: 90_000,
  unreadMs: 30_000,
  keepAliveMs: 60_000,
  checkEveryMs: 2_000,
  connections: 1_000,
  // More than the kernel keeps for one round of accepting (Node's backlog of 511): what came with a token in it is read before it is the oldest.
  strangers: 600,
};

const maxHeaderBytes = 8 * 1024;
// A peer behind a tunnel may vanish without a word; the kernel asks whether it is still there.
const askPeerMs = 30_000;

export interface TcpListenerOptions {
  readonly app: Hono<HubEnv>;
  readonly guard: TcpGuard;
  readonly address: "127.0.0.1" | "::1";
  /** 0: any free one. */
  readonly port: number;
  readonly bounds?: TcpBounds;
  /** Called when connections without the token were ended to make room, at most once a minute, with how many since the last time. */
  readonly onCrowd?: (dropped: number) => void;
}

/** The hub's door over TCP, on the loopback alone. Every request passes the guard. */
export class TcpListener {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  readonly port: number;
  readonly url: string;

  private constructor(server: Server, connections: Set<Socket>, address: AddressInfo) {
    this.#server = server;
    this.#connections = connections;
    this.port = address.port;
    this.url = `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
  }

  /** Throws the system's error, for example EADDRINUSE. */
  static async open(options: TcpListenerOptions): Promise<TcpListener> {
    const { app, guard, bounds = tcpBounds, onCrowd = () => undefined } = options;
    // Safe: without a TLS or HTTP/2 factory the adaptor makes a node:http server, whose bindings are HttpBindings.
    const server = createAdaptorServer({
      fetch: (request, bindings) => app.fetch(request, { ...(bindings as HubEnv["Bindings"]), guard }),
      serverOptions: {
        maxHeaderSize: maxHeaderBytes,
        headersTimeout: bounds.headersMs,
        requestTimeout: bounds.requestMs,
        keepAliveTimeout: bounds.keepAliveMs,
        connectionsCheckingInterval: bounds.checkEveryMs,
        keepAlive: true,
        keepAliveInitialDelay: askPeerMs,
        noDelay: true,
      },
    }) as Server;
    server.maxConnections = bounds.connections;
    cutUnreadAnswers(server, bounds.unreadMs);
    const connections = new Set<Socket>();
    const strangers = new Strangers({ guard, most: bounds.strangers, onCrowd });
    server.on("connection", (socket) => {
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
      strangers.take(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options.port, options.address, () => {
        server.off("error", reject);
        resolve();
      });
    });
    // Safe: it listens on an address and port, not on a path.
    const listener = new TcpListener(server, connections, server.address() as AddressInfo);
    guard.listensOn(listener.port);
    return listener;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Ends every connection at once; the answer is how many there were. */
  hangUp(): number {
    const count = this.#connections.size;
    for (const socket of this.#connections) socket.destroy();
    return count;
  }

  /** Lets the calls in flight end, at most some seconds. */
  async close(): Promise<void> {
    await closeServer(this.#server);
  }
}
