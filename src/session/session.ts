import { randomUUID } from "node:crypto";
import { HubClient } from "../client/hub-client.ts";
import { remoteHub } from "../client/remote-hub.ts";
import { homePaths, loadSettings } from "../config/load-settings.ts";
import { isForeignPlace, thisMachine, type Machine } from "../config/machine.ts";
import type { Program } from "../config/program.ts";
import type { SettingName, Settings } from "../config/settings.ts";
import type { CollectionSummary } from "../core/collections.ts";
import type { Source } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { DocumentChanges, DocumentTarget, WriteResult } from "../core/writes.ts";
import type { OperationInput, OperationName, OperationOutput } from "../protocol/operations.ts";
import type { SessionIdentity } from "../protocol/schemas.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import { describeSource } from "../workspace/source-identity.ts";
import { openWorkspace, type Workspace } from "../workspace/workspace.ts";
import type { Ingester } from "./ingester.ts";
import { IngestJobs } from "./ingest-jobs.ts";
import type { Watches } from "./watches.ts";
import { within } from "./time-limit.ts";
import { chooseWorkspace, type WorkspaceChoice } from "./workspace-choice.ts";

export interface SessionOptions {
  readonly kind: "agent" | "cli";
  readonly agent: string;
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly workspaceFlag: string | null;
  readonly allow: readonly string[];
  /** Settings given on the command line. */
  readonly flags?: Readonly<Partial<Record<SettingName, unknown>>>;
  /** The session that this one belongs to, with the same id in the hub, which only that one registers. */
  readonly guestOf?: string;
  /** What looks at many files for it. Absent: it does so itself. */
  readonly openIngester?: (session: Session) => Promise<Ingester>;
  /** Asks the client for its MCP roots; null when it has none. */
  readonly askRoots?: () => Promise<readonly string[] | null>;
}

export interface OpenWorkspace {
  readonly workspace: Workspace;
  readonly source: Source;
}

const knownPageSize = 5_000;
const activityEveryMs = 1_000;

/** One agent's life with us: its workspace, its place in the hub, and its running ingests. Nothing of it touches MCP. */
export class Session {
  readonly id: string;
  readonly startedAtMs = Date.now();
  readonly jobs = new IngestJobs();
  readonly #options: SessionOptions;
  #agent: string;
  #choice: Promise<WorkspaceChoice> | null = null;
  #settings: { settings: Settings; error: null } | { settings: null; error: unknown } | null = null;
  #hub: Promise<HubClient> | null = null;
  #identity: SessionIdentity | null = null;
  #ingester: Promise<Ingester> | null = null;
  #reader: Promise<FileReader> | null = null;
  #watches: Promise<Watches> | null = null;
  #hasResumed = false;
  #activitySentMs = -Infinity;
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.id = options.guestOf ?? randomUUID();
    this.#agent = options.agent;
  }

  /** The client's name and version, once it has said them. */
  set agent(name: string) {
    this.#agent = name;
  }

  get agent(): string {
    return this.#agent;
  }

  get program(): Program {
    return this.#options.program;
  }

  /** Which workspace was chosen and how; the same answer for the session's whole life. */
  choice(): Promise<WorkspaceChoice> {
    this.#choice ??= this.#choose();
    return this.#choice;
  }

  /** The workspace and its source as of now (branch and commit move). Errors: WORKSPACE_REFUSED. */
  async workspace(): Promise<OpenWorkspace> {
    const choice = await this.choice();
    if (choice.kind === "refused") throw choice.error;
    return { workspace: choice.workspace, source: await describeSource(choice.workspace, await this.#machine()) };
  }

  /** The workspace and the directories added with `--allow`, each a source of its own; none where the workspace was refused. */
  async places(): Promise<OpenWorkspace[]> {
    const choice = await this.choice();
    if (choice.kind === "refused") return [];
    const person = choice.workspace.person;
    const allowed = await Promise.all(
      choice.workspace.allowed.map((directory) => openWorkspace({ directory, ...person })),
    );
    const machine = await this.#machine();
    const describe = async (workspace: Workspace) => ({ workspace, source: await describeSource(workspace, machine) });
    return Promise.all([choice.workspace, ...allowed].map(describe));
  }

  /** Settings with the workspace's project file. Errors: SETTING_INVALID, SETTING_UNKNOWN. */
  async settings(): Promise<Settings> {
    this.#settings ??= await this.#loadSettings();
    if (this.#settings.settings === null) throw this.#settings.error;
    return this.#settings.settings;
  }

  /** How this session's files are read. */
  async reading(): Promise<{ readonly reader: FileReader; readonly limits: ReadLimits }> {
    const settings = await this.settings();
    const limits = {
      maxFileBytes: settings["ingest.maxFileBytes"],
      maxDocumentBytes: settings["ingest.maxDocumentBytes"],
    };
    this.#reader ??= import("./own-processes.ts").then(({ openReaderPool }) =>
      openReaderPool(this.program, this.#options.env, this.#isGuest),
    );
    return { reader: await this.#reader, limits };
  }

  /** What looks at many of this session's files. */
  ingester(): Promise<Ingester> {
    const open = this.#options.openIngester ?? openLocal;
    this.#ingester ??= open(this);
    // An ingest of an agent talks to the hub from its own process: this session may make no call by itself.
    this.#resumeWatches();
    return this.#ingester;
  }

  /** Registers with the hub, starting it if need be, so that others see the session. */
  async join(): Promise<void> {
    await (await this.hub()).hello();
  }

  async call<N extends OperationName>(
    name: N,
    input: OperationInput<N>,
    signal?: AbortSignal,
  ): Promise<OperationOutput<N>> {
    const hub = await this.hub();
    this.#resumeWatches();
    return hub.call(name, input, { signal });
  }

  /** This session's part in watched folders. */
  watches(): Promise<Watches> {
    this.#watches ??= import("./watches.ts").then(({ Watches: Loaded }) => new Loaded(this));
    return this.#watches;
  }

  /** Tells the hub what the session is doing, at most once a second unless `isFinal`; a hub that is away is no matter. */
  async describe(activity: string | null, options: { isFinal?: boolean } = {}): Promise<void> {
    const now = performance.now();
    if (!options.isFinal && now - this.#activitySentMs < activityEveryMs) return;
    this.#activitySentMs = now;
    if (this.#identity !== null) this.#identity = { ...this.#identity, activity };
    await this.call("session.describe", { activity }).catch(() => undefined);
  }

  /** Where an ingest of this source into this collection writes. */
  target(collection: CollectionSummary, source: Source): DocumentTarget {
    const place = { collectionId: collection.id, sourceKey: source.key };
    return {
      known: (after) => this.call("documents.known", { ...place, after, limit: knownPageSize }),
      knownPaths: (paths) => this.call("documents.knownPaths", { ...place, paths: [...paths] }),
      write: (changes) => this.#write({ collectionId: collection.id, source }, changes),
    };
  }

  async #write(
    place: { readonly collectionId: string; readonly source: Source },
    { documents, ...small }: DocumentChanges,
  ): Promise<WriteResult> {
    // The chunks are JSON already, and most of it.
    const texts = documents.map(
      ({ chunks, ...document }) => `${JSON.stringify(document).slice(0, -1)},"chunks":${chunks.json}}`,
    );
    const changes = `${JSON.stringify(small).slice(0, -1)},"documents":[${texts.join(",")}]}`;
    const body = `${JSON.stringify(place).slice(0, -1)},"changes":${changes}}`;
    return (await this.hub()).callWithJson("documents.write", body);
  }

  async hub(): Promise<HubClient> {
    if (this.#isClosed) throw new CommonsError("CANCELLED", "The session has ended.");
    this.#hub ??= this.#openHub().catch((error: unknown) => {
      this.#hub = null;
      throw error;
    });
    return this.#hub;
  }

  /** Aborts what runs and leaves the hub; returns at once. */
  close(): void {
    this.#isClosed = true;
    this.jobs.close();
    void this.#ingester?.then((ingester) => ingester.close());
    void this.#watches?.then((watches) => watches.close());
    void this.#reader?.then((reader) => reader.close());
    void this.#hub?.then(
      (hub) => hub.close(),
      () => undefined,
    );
  }

  /** Goes on, beside the first call, with what earlier sessions of this workspace watched. Commands of a person come and go. */
  #resumeWatches(): void {
    if (this.#hasResumed || this.#isClosed || this.#isGuest || this.#options.kind !== "agent") return;
    this.#hasResumed = true;
    const resume = async (): Promise<void> => {
      const watched = await this.call("scopes.watched", {});
      if (watched.length > 0) await (await this.watches()).resume(watched);
    };
    resume().catch(() => (this.#hasResumed = false));
  }

  get #isGuest(): boolean {
    return this.#options.guestOf !== undefined;
  }

  async #machine(): Promise<Machine> {
    if (!isForeignPlace(this.#options.env)) return thisMachine(this.#options.env);
    return (await (await this.hub()).hello()).machine;
  }

  async #choose(): Promise<WorkspaceChoice> {
    const { workspaceFlag, allow, cwd, env, askRoots } = this.#options;
    const roots =
      workspaceFlag === null && askRoots !== undefined
        ? await within(
            askRoots().catch(() => null),
            5_000,
          )
        : null;
    return chooseWorkspace({ flag: workspaceFlag, allow, cwd, env, roots });
  }

  async #loadSettings(): Promise<{ settings: Settings; error: null } | { settings: null; error: unknown }> {
    const choice = await this.choice();
    const { env, flags } = this.#options;
    try {
      const { settings } = loadSettings({
        env,
        userFile: homePaths(env).configFile,
        ...(choice.kind === "open" ? { projectDirectory: choice.workspace.root } : {}),
        ...(flags === undefined ? {} : { flags }),
      });
      return { settings, error: null };
    } catch (error) {
      return { settings: null, error };
    }
  }

  async #openHub(): Promise<HubClient> {
    const [choice, settings] = [await this.choice(), await this.settings()];
    const repository = choice.kind === "open" ? choice.source.repository : null;
    this.#identity = {
      sessionId: this.id,
      kind: this.#options.kind,
      agent: this.#agent,
      pid: process.pid,
      version: this.#options.program.version,
      space: settings.space,
      workspace: choice.kind === "open" ? choice.source.path : null,
      branch: repository?.branch ?? null,
      commit: repository?.commit ?? null,
      activity: null,
    };
    const identity = () => {
      if (this.#identity === null) throw new CommonsError("INTERNAL", "The session has no identity yet.");
      return { ...this.#identity, agent: this.#agent };
    };
    const { env, program } = this.#options;
    return new HubClient({
      paths: homePaths(env),
      program,
      env,
      remote: remoteHub(env, settings),
      identity,
      isGuest: this.#isGuest,
      space: settings.space,
    });
  }
}

async function openLocal(session: Session): Promise<Ingester> {
  const { createLocalIngester } = await import("./local-ingester.ts");
  return createLocalIngester(session);
}
