import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { Hono } from "hono";
import { ensureHubToken, rotateHubToken } from "../config/hub-token.ts";
import type { StatePaths } from "../config/paths.ts";
import type { Settings } from "../config/settings.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import type { TcpView } from "../protocol/views.ts";
import { TcpGuard } from "./guard.ts";
import type { Log } from "./log.ts";
import type { HubEnv } from "./server.ts";
import { TcpListener } from "./tcp-listener.ts";

export interface TcpDoorOptions {
  readonly paths: Pick<StatePaths, "hubToken" | "hubTcp">;
  readonly settings: Pick<Settings, "hub.tcpPort" | "hub.tcpAddress">;
  readonly log: Log;
}

/**
 * The hub's door over TCP where the settings ask for one. A door that cannot be opened (the port is taken, the token's file is not
 * private) costs nobody the hub: it stays closed, and `view` says why.
 */
export class TcpDoor {
  readonly #options: TcpDoorOptions;
  #app: Hono<HubEnv> | null = null;
  #guard: TcpGuard | null = null;
  #listener: TcpListener | null = null;
  #problem: string | null = null;

  constructor(options: TcpDoorOptions) {
    this.#options = options;
  }

  /** Never throws for what keeps the door closed. */
  async open(app: Hono<HubEnv>): Promise<void> {
    const { paths, settings, log } = this.#options;
    // A hub that was killed left it.
    rmSync(paths.hubTcp, { force: true });
    const port = settings["hub.tcpPort"];
    if (port === undefined) return;
    this.#app = app;
    const address = settings["hub.tcpAddress"];
    try {
      this.#guard = new TcpGuard({ token: ensureHubToken(paths.hubToken) });
      const onCrowd = (dropped: number) =>
        log.warn({ dropped }, "tcp connections that did not show the token were ended to make room");
      this.#listener = await TcpListener.open({ app, guard: this.#guard, address, port, onCrowd });
      this.#problem = null;
      writePlace(paths.hubTcp, { url: this.#listener.url, address, port: this.#listener.port, pid: process.pid });
      log.info({ url: this.#listener.url }, "listening on tcp");
    } catch (error) {
      this.#problem = problemText(error, { address, port });
      log.warn({ reason: this.#problem }, "tcp stays closed");
    }
  }

  view(): TcpView | null {
    if (this.#listener !== null)
      return { state: "open", url: this.#listener.url, connections: this.#listener.connections };
    return this.#problem === null ? null : { state: "closed", problem: this.#problem };
  }

  /** A new token; who came with the old one is hung up on. How many connections that were, or null when no TCP is asked for. Errors: HOME_UNUSABLE, DISK_FULL. */
  async rotate(): Promise<number | null> {
    const token = rotateHubToken(this.#options.paths.hubToken);
    this.#guard?.replaceToken(token);
    this.#options.log.info("token rotated");
    if (this.#listener !== null) return this.#listener.hangUp();
    if (this.#app === null) return null;
    // The old token's file may be what kept the door closed.
    await this.open(this.#app);
    return 0;
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = null;
    if (listener === null) return;
    rmSync(this.#options.paths.hubTcp, { force: true });
    await listener.close();
  }
}

function writePlace(file: string, place: object): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(place)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

function problemText(error: unknown, { address, port }: { address: string; port: number }): string {
  if (error instanceof CommonsError) return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  const code = systemErrorCode(error);
  if (code === "EADDRINUSE")
    return `Port ${port} of ${address} is taken by another program. Choose another: commons config set hub.tcpPort PORT (0: any free one), then restart the hub.`;
  if (code === "EACCES")
    return `Port ${port} may not be used by this user. Choose one from 1024 on: commons config set hub.tcpPort PORT`;
  return `${address}:${port} cannot be listened on (${code ?? String(error)}).`;
}
