import { basename, dirname, resolve } from "node:path";
import { stat } from "node:fs/promises";
import { CommonsError, systemErrorCode } from "../../core/errors.ts";
import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { shellWord } from "../setup/agent-entry.ts";

/** Where an earlier server's collections may be; nothing of it was looked at yet. */
export type PlaceRef =
  | {
      readonly kind: "url";
      readonly url: string;
      readonly tenant: string | null;
      readonly database: string | null;
      /** What authenticates: a secret. */
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: "directory"; readonly directory: string }
  | { readonly kind: "volume"; readonly volume: string }
  | { readonly kind: "container"; readonly container: string; readonly port: number }
  | { readonly kind: "json"; readonly file: string };

/** What the options say for all places. */
export interface PlaceOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly tenant: string | null;
  readonly database: string | null;
}

const databaseFile = "chroma.sqlite3";
const chromaPort = 8_000;

/** What `--from` means: an address, volume:NAME, container:NAME, a directory, or a file. Errors: PATH_NOT_FOUND, INPUT_INVALID. */
export async function parsePlace(text: string, cwd: string, options: PlaceOptions): Promise<PlaceRef> {
  if (/^https?:\/\//i.test(text)) return { kind: "url", url: text, ...options };
  const named = /^(volume|container):(.*)$/s.exec(text);
  if (named !== null) return namedPlace(named[1] === "volume" ? "volume" : "container", named[2] ?? "");
  if (text.trim() === "") throw wrongPlace("The place is empty.");
  const path = resolve(cwd, text);
  const found = await stat(path).catch((error: unknown) => {
    throw new CommonsError("PATH_NOT_FOUND", `${text} cannot be opened (${systemErrorCode(error) ?? "error"}).`, {
      hint: placesHint,
      cause: error,
    });
  });
  if (found.isDirectory()) return { kind: "directory", directory: path };
  if (basename(path) === databaseFile) return { kind: "directory", directory: dirname(path) };
  if (found.isFile()) return { kind: "json", file: path };
  throw wrongPlace(`${text} is neither a file nor a directory.`);
}

const placesHint =
  "A place is an address (http://127.0.0.1:8003), a directory, a file of JSON, volume:NAME or container:NAME.";

function namedPlace(kind: "volume" | "container", name: string): PlaceRef {
  if (!isContainerName(name)) throw wrongPlace(`"${name.slice(0, 60)}" is no name of a ${kind}.`);
  return kind === "volume" ? { kind, volume: name } : { kind, container: name, port: chromaPort };
}

/** What docker and podman take as a name; anything else could be read as an option, or as part of a template. */
function isContainerName(name: string): boolean {
  return /^[a-zA-Z0-9][\w.-]{0,254}$/.test(name);
}

function wrongPlace(fact: string): CommonsError {
  return new CommonsError("INPUT_INVALID", fact, { hint: placesHint });
}

/** What an entry tells of where its texts are. */
export interface ToldPlace {
  readonly entry: EarlierEntry;
  /** null: nothing that is read from here. */
  readonly ref: PlaceRef | null;
  /** Why it is not read, as a sentence; null: it is. */
  readonly note: string | null;
}

/** `options`: what a person gave, which goes to no place that a project's file names: that file may come from anybody. */
export function toldPlace(entry: EarlierEntry, options: PlaceOptions): ToldPlace {
  const ref = refOf(entry.data, entry.scope === "user" ? options : noOptions);
  return { entry, ref, note: ref === null ? noteOf(entry) : null };
}

const noOptions: PlaceOptions = { headers: {}, tenant: null, database: null };

/** "Codex's "chroma"", as notes begin. */
export function entryTitle({ title, entry }: Pick<EarlierEntry, "title" | "entry">): string {
  return `${title}'s "${entry.name}"`;
}

function noteOf(entry: EarlierEntry): string {
  const { data } = entry;
  const who = entryTitle(entry);
  if (data.kind === "cloud") return `${who} uses Chroma Cloud: its collections stay there.`;
  if (data.kind === "none") return `${who} kept nothing: its database lived in memory.`;
  if (data.kind === "lancedb")
    return `${who} keeps its texts in a LanceDB (${data.directory}), which is not read: use that program's own export.`;
  return `${who} does not say where its collections are.`;
}

/** Each once, in their order. */
export function distinctPlaces(refs: readonly PlaceRef[]): PlaceRef[] {
  const key = (ref: PlaceRef) =>
    JSON.stringify(ref.kind === "url" ? [placeTitle(ref), ref.tenant, ref.database] : [placeTitle(ref)]);
  return [...new Map(refs.toReversed().map((ref) => [key(ref), ref])).values()].toReversed();
}

/** The command that looks at a place again, with all that it needs; what is secret is for the person to fill in. */
export function migrateCommand(ref: PlaceRef): string {
  const words = ["commons", "migrate", "--from", shellWord(placeTitle(ref))];
  if (ref.kind !== "url") return words.join(" ");
  if (ref.tenant !== null) words.push("--tenant", shellWord(ref.tenant));
  if (ref.database !== null) words.push("--database", shellWord(ref.database));
  const names = new Set(Object.keys(ref.headers).map((name) => name.toLowerCase()));
  if (hasPassword(ref.url)) names.add("authorization");
  for (const name of names) words.push("--header", `"${name}: VALUE"`);
  return words.join(" ");
}

function hasPassword(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== "" || password !== "";
}

function refOf(data: EarlierEntry["data"], options: PlaceOptions): PlaceRef | null {
  if (data.kind === "directory") return data;
  // A project's file may come from anybody.
  if (data.kind === "volume") return isContainerName(data.volume) ? data : null;
  if (data.kind === "container")
    return isContainerName(data.container) ? { kind: "container", container: data.container, port: data.port } : null;
  if (data.kind !== "url") return null;
  return {
    kind: "url",
    url: data.url,
    tenant: options.tenant ?? data.tenant,
    database: options.database ?? data.database,
    headers: { ...data.headers, ...options.headers },
  };
}

/** For people, and as `--from` takes it; without passwords. */
export function placeTitle(ref: PlaceRef): string {
  if (ref.kind === "url") return withoutPassword(ref.url);
  if (ref.kind === "volume") return `volume:${ref.volume}`;
  if (ref.kind === "container") return `container:${ref.container}`;
  return ref.kind === "json" ? ref.file : ref.directory;
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

/** "NAME: VALUE" of `--header`. Errors: INPUT_INVALID, without the value. */
export function parseHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)\s*:\s*(\S.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new CommonsError("INPUT_INVALID", "A header is written as NAME: VALUE.", {
        hint: 'For example: --header "Authorization: Bearer TOKEN"',
      });
    headers[name.toLowerCase()] = value.trimEnd();
  }
  return headers;
}
