/** One row of the error catalogue: how an error leaves the program. */
export interface ErrorKind {
  /** Exit code of the command line: 2 usage, 3 not found, 4 refused, 5 unavailable, 1 other. */
  readonly exitCode: number;
  readonly httpStatus: number;
  /** Whether the same call may succeed a little later without a change by the caller. */
  readonly isRetryable: boolean;
  /** When it happens, for the documentation. */
  readonly when: string;
}

const kind = (exitCode: number, httpStatus: number, when: string, isRetryable = false): ErrorKind => ({
  exitCode,
  httpStatus,
  isRetryable,
  when,
});

/** Every error that a user, a model or another process can see. */
export const errorCatalogue = {
  INPUT_INVALID: kind(2, 400, "A value is missing, of the wrong type or out of range."),
  QUERY_EMPTY: kind(2, 400, "A search has no words to search for."),
  SETTING_INVALID: kind(2, 400, "A setting has a value that its schema refuses."),
  SETTING_UNKNOWN: kind(2, 400, "A setting of that name does not exist."),
  COLLECTION_NAME_INVALID: kind(2, 400, "A collection name breaks Chroma's rule for names."),
  COLLECTION_NOT_FOUND: kind(3, 404, "No collection of that name is visible to the session."),
  COLLECTION_EXISTS: kind(
    4,
    409,
    "The name is taken by a collection of another kind, or of another embedding model than the one asked for.",
  ),
  COLLECTION_FOREIGN: kind(4, 409, "The name belongs to a collection that another program made in Chroma."),
  COLLECTION_IN_USE: kind(4, 409, "Another live session uses the collection."),
  RECEIPT_NOT_FOUND: kind(3, 404, "No receipt of that number is visible to the session."),
  NOT_RESTORABLE: kind(4, 409, "A removal cannot be undone: it was already, it is too long ago, or it is no removal."),
  WATCH_NOT_FOUND: kind(3, 404, "No watched folder has that path, collection or number."),
  DOCUMENT_NOT_FOUND: kind(3, 404, "No document has that id."),
  WORKSPACE_REFUSED: kind(4, 403, "The workspace would be the root or the home directory, or is no directory."),
  PATH_OUTSIDE_WORKSPACE: kind(4, 403, "A path leads out of the session's workspace."),
  PATH_NOT_FOUND: kind(3, 404, "A path does not exist in the workspace."),
  PATH_WRONG_KIND: kind(2, 400, "A file was given where a directory is needed, or the reverse."),
  FILE_NOT_INDEXABLE: kind(2, 422, "A single file cannot be ingested: no text, too large, secret or ignored."),
  FILE_NOT_READABLE: kind(
    2,
    422,
    "A single file cannot be read as what it was asked for: no image, broken, or refused.",
  ),
  FILE_CHANGED: kind(2, 409, "A file was written while it was read.", true),
  CANCELLED: kind(1, 499, "The caller cancelled the work."),
  HUB_UNREACHABLE: kind(5, 503, "No hub answers and none could be started.", true),
  HUB_INCOMPATIBLE: kind(5, 426, "The hub and the session speak different versions of the hub protocol."),
  HUB_STOPPING: kind(5, 503, "The hub is stopping; the next call starts a new one.", true),
  SESSION_UNKNOWN: kind(5, 409, "The hub does not know the calling session (it was restarted).", true),
  TOKEN_REFUSED: kind(4, 401, "A request over TCP came without the hub's token, or with a wrong or old one."),
  REQUEST_REFUSED: kind(
    4,
    403,
    "A request over TCP looks like a web page's, or asks for what only the unix socket may call; or an agent asks for what is a person's.",
  ),
  BODY_TOO_LARGE: kind(2, 413, "A request to the hub is larger than it takes."),
  TOO_MANY_REQUESTS: kind(5, 429, "Requests over TCP come faster than the hub takes them.", true),
  ENGINE_UNAVAILABLE: kind(5, 503, "ChromaDB is not running; it is only needed for what Chroma alone holds.", true),
  ENGINE_UNSUPPORTED: kind(5, 503, "ChromaDB's server cannot run on this machine."),
  EMBEDDER_UNAVAILABLE: kind(5, 503, "The collection's embedding model does not answer; its text is kept.", true),
  EMBEDDER_REFUSED: kind(
    4,
    422,
    "The collection's embedding model cannot be used: no key, no such model, a wrong answer.",
  ),
  CATALOG_DAMAGED: kind(5, 500, "The catalog's database file is damaged or from a newer version."),
  EXPORT_UNUSABLE: kind(
    4,
    422,
    "A file is no export of a collection, or it is cut short, altered or made by a newer version of the program.",
  ),
  CLIENT_NOT_FOUND: kind(3, 404, "No agent of that name is known, or none was found on the machine."),
  CLIENT_FILE_UNUSABLE: kind(
    4,
    422,
    "An agent's configuration file cannot be read or changed: broken, read-only, too large, or no plain file.",
  ),
  CLIENT_ENTRY_FOREIGN: kind(4, 409, "An agent's configuration has an entry of our name that starts something else."),
  CONTAINERS_UNAVAILABLE: kind(
    5,
    503,
    "Docker or Podman is not installed, does not run, or may not be used by this user.",
    true,
  ),
  MIGRATION_UNUSABLE: kind(
    4,
    422,
    "What an earlier server left cannot be read: no ChromaDB, no data of it, no export.",
  ),
  PIXELS_UNAVAILABLE: kind(5, 503, "Pictures cannot be decoded: the optional package sharp is not installed."),
  DISK_FULL: kind(5, 507, "The disk has no room for the write.", true),
  PROGRAM_NOT_BUILT: kind(5, 500, "A file of dist/ is missing: the program is not built."),
  HOME_UNUSABLE: kind(5, 500, "The program's own directory cannot be read or written."),
  NODE_TOO_OLD: kind(5, 500, "The running Node is older than the program needs."),
  INGESTER_DIED: kind(1, 500, "The process that reads a session's files ended in the middle of its work.", true),
  INTERNAL: kind(1, 500, "A defect of the program."),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalogue;

export interface CommonsErrorOptions {
  /** The next step, one sentence. */
  readonly hint?: string;
  /** Facts for programs; plain JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An error as it travels between processes. */
export interface ErrorWire {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The one error class of the project: a catalogued code, the fact, and the next step. */
export class CommonsError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: CommonsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CommonsError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  get kind(): ErrorKind {
    return errorCatalogue[this.code];
  }

  toWire(): ErrorWire {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }

  static fromWire(wire: ErrorWire): CommonsError {
    const code: ErrorCode = wire.code in errorCatalogue ? wire.code : "INTERNAL";
    return new CommonsError(code, wire.message, {
      ...(wire.hint === undefined ? {} : { hint: wire.hint }),
      ...(wire.details === undefined ? {} : { details: wire.details }),
    });
  }
}

/** Any thrown value as a CommonsError; what is not one yet becomes INTERNAL with its cause. */
export function asCommonsError(thrown: unknown): CommonsError {
  if (thrown instanceof CommonsError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CommonsError("INTERNAL", message, { cause: thrown });
}

/** The `code` of a Node system error such as "ENOENT", or undefined. */
export function systemErrorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
