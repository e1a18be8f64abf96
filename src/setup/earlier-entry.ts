import type { ConfigFormat, SetupScope } from "./client-adapter.ts";
import type { PathSurroundings } from "./client-paths.ts";
import type { ServerEntry } from "./server-entry.ts";

/** One thing that is wrong with an entry of an earlier server. */
export interface EarlierProblem {
  readonly id: EarlierProblemId;
  /** What happens because of it, as one sentence for a person. */
  readonly text: string;
}

export type EarlierProblemId =
  | "fixed-name"
  | "shared-container"
  | "no-container"
  | "wrapper"
  | "no-init"
  | "no-rm"
  | "writable-workspace"
  | "fixed-workspace"
  | "no-workspace"
  | "short-timeout"
  | "data-in-container"
  | "shared-directory"
  | "nothing-kept"
  | "kept-elsewhere"
  | "password-in-entry";

/** Where the texts of an earlier server are, as far as its entry tells. */
export type EarlierData =
  /** A ChromaDB that answers from this machine. `headers` is what authenticates, as the entry has it: a secret, not to be shown. */
  | {
      readonly kind: "url";
      readonly url: string;
      readonly tenant: string | null;
      readonly database: string | null;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** A ChromaDB in a container, known by its name inside of a container network: from outside it needs a published port. */
  | {
      readonly kind: "container";
      readonly container: string;
      /** The port inside. */
      readonly port: number;
      readonly network: string | null;
    }
  /** A directory with a `chroma.sqlite3`. */
  | { readonly kind: "directory"; readonly directory: string }
  | { readonly kind: "volume"; readonly volume: string }
  /** Chroma Cloud: it stays where it is. */
  | { readonly kind: "cloud"; readonly tenant: string | null; readonly database: string | null }
  /** A LanceDB (the desktop version of the context server), which nothing here reads: it needs that version's own export. */
  | { readonly kind: "lancedb"; readonly directory: string }
  /** Nothing was kept. */
  | { readonly kind: "none" }
  /** Something is, but the entry does not say where. */
  | { readonly kind: "unknown" };

/** What an entry's words are read with. */
export interface EntrySurroundings extends Pick<PathSurroundings, "env" | "home" | "platform" | "cwd"> {
  /** The variables of a file that an entry names; null: not known. */
  readonly readVariables: (file: string) => Readonly<Record<string, string | undefined>> | null;
}

/** An entry of an earlier server in an agent's configuration. */
export interface EarlierEntry {
  /** The adapter's id, and its title for people. */
  readonly client: string;
  readonly title: string;
  readonly scope: SetupScope;
  /** Absolute, as the agent has it. */
  readonly file: string;
  readonly format: ConfigFormat;
  /** The keys that lead to the entry, its name last. */
  readonly keys: readonly string[];
  readonly entry: ServerEntry;
  /** `context-server`: chromadb_context_vespo and its relatives; `chroma-mcp`: the official one. */
  readonly kind: "context-server" | "chroma-mcp";
  /** `program`: it starts one for sure. `name`: only its name is one's, which anybody may choose: a person is asked before anything is done. */
  readonly shownBy: "program" | "name";
  readonly problems: readonly EarlierProblem[];
  readonly data: EarlierData;
}
