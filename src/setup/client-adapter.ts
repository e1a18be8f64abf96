/** Kept as it is written: a value of an agent's configuration. */
export type ConfigValue = string | number | boolean | null | readonly ConfigValue[] | ConfigTable;
export interface ConfigTable {
  readonly [key: string]: ConfigValue;
}

export type ConfigFormat = "toml" | "jsonc" | "yaml";

/** `user`: for all directories; `project`: for the directory that set-up runs in, shared with who clones it. */
export type SetupScope = "user" | "project";

/** The systems that adapters tell apart; any other Unix counts as linux. */
export type ClientPlatform = "linux" | "darwin" | "win32";

/**
 * A path with names in braces that `client-paths.ts` fills in: {home}, {config} (XDG_CONFIG_HOME or ~/.config), {appData}, {localAppData},
 * {applicationSupport} (macOS), {project}, or an environment variable with a default: {CODEX_HOME|{home}/.codex}. Forward slashes on every
 * system.
 */
export type PathTemplate = string;

/** A place where an agent looks for its servers. */
export interface AdapterFile {
  readonly scope: SetupScope;
  /** The first that exists is the agent's; else the first is made. An agent without a line for a platform is not there. */
  readonly paths: Readonly<Partial<Record<ClientPlatform, readonly PathTemplate[]>>>;
  readonly format: ConfigFormat;
  /** The keys that lead to the table of servers, by their names: ["mcp_servers"]. */
  readonly servers: readonly string[];
  /** Further tables of servers in the file, which are read and never written; "*" stands for any key. */
  readonly alsoServers?: readonly (readonly string[])[];
}

/** How an agent lets its server know the directory. */
export type WorkspaceSignal =
  /** The server is started in the session's directory. */
  | { readonly kind: "cwd" }
  /** The agent answers `roots/list`; its working directory says nothing. */
  | { readonly kind: "roots" }
  /** The agent puts the directory in the place of this variable: `--workspace ${workspaceFolder}`. */
  | { readonly kind: "variable"; readonly variable: string }
  /** Nothing tells: a person must name a directory with `--workspace`. */
  | { readonly kind: "none" };

/** The agent's own command that shows or checks an entry after it was written. */
export interface OwnCheck {
  readonly command: string;
  readonly args: readonly string[];
  /** What its output must contain for the entry to be there. */
  readonly expects: string;
  /** Where the command tells the entry apart; left out: in both scopes. */
  readonly scopes?: readonly SetupScope[];
}

/** A key of an entry that limits a tool call's time, and what it counts in. */
export interface TimeoutKey {
  readonly key: string;
  readonly unit: "s" | "ms";
}

/** One agent, as data: where its configuration is, and how an entry looks there. One file per agent below `clients/`, one line in `registry.ts`. */
export interface ClientAdapter {
  /** As `--client` takes it: lower case, hyphens. */
  readonly id: string;
  readonly title: string;
  /** `run`: the suite starts the real agent with the entry; `format`: written after its documentation, not run. */
  readonly proof: "run" | "format";
  /** Where the agent documents its configuration. */
  readonly documentation: string;
  /**
   * What shows that the agent is on the machine: any one of these. No command whose name other programs have as well: `goose` migrates
   * databases, `zed` watches ZFS, `droid` tells file formats, and `code` is there on machines that an editor only visits.
   */
  readonly signs: {
    readonly commands: readonly string[];
    readonly paths: Readonly<Partial<Record<ClientPlatform, readonly PathTemplate[]>>>;
  };
  readonly files: readonly AdapterFile[];
  /**
   * What stands below the server's name. Strings of one name in braces are replaced by the value: {command}, {args}, {argv} (command and
   * arguments as one list), {env}. Everything else stays.
   */
  readonly entry: ConfigTable;
  /**
   * What is added to the entry when a person says that all our tools may run unasked (`--approve`); null: the agent has no such key.
   * Never by default: to trust is a person's decision, and tools that only read need it in no agent that honours their annotations.
   */
  readonly unattended: ConfigTable | null;
  /** Where an entry has the agent's time limit for a tool call; left out: nowhere. */
  readonly timeout?: TimeoutKey;
  readonly workspace: WorkspaceSignal;
  /** Where the agent reads standing instructions from; null: nowhere that is documented. */
  readonly instructions: {
    readonly user: PathTemplate | null;
    readonly project: PathTemplate | null;
  } | null;
  readonly ownCheck: OwnCheck | null;
  /** What a person should know, a sentence each: what must be trusted or restarted, limits. */
  readonly notes: readonly string[];
}

/** How the server is started, whatever the agent. Absolute paths: agents start with a bare environment. */
export interface LaunchSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The name of our entry in every agent. */
export const entryName = "commons";
