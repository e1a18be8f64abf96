import { countOf, formatAge, formatDuration } from "../core/quantities.ts";
import type { IngestScope, WatchedScope } from "../core/scopes.ts";
import type { SessionView, WorkView } from "../protocol/views.ts";
import { shownName } from "./shown-name.ts";
import { parseWatchProgress, watchKey, type WatchProgress } from "./watch-progress.ts";

/** What is known of watched folders, as the hub tells it. */
export interface WatchList {
  readonly watched: readonly WatchedScope[];
  readonly works: readonly WorkView[];
  readonly sessions: readonly SessionView[];
  /** The session that asks. */
  readonly sessionId: string;
  readonly nowMs: number;
}

/** Every watched folder in a line of its own: what is watched, who does the work, how it goes. */
export function watchLines(list: WatchList): string[] {
  const paused = list.watched.filter((watched) => workOf(list, watched) === null).length;
  const head = `${countOf(list.watched.length, "watched folder")}${paused > 0 ? `, ${paused} paused` : ""}:`;
  return [head, ...list.watched.map((watched) => `- ${watchLine(list, watched)}`)];
}

/** The place on the disk and the choice, for example `/home/u/app/src into app_code (code; only this folder)`. */
export function watchName(watched: WatchedScope): string {
  const choice = choiceText(watched.scope);
  return shownName(`${watchedFolder(watched)} into ${watched.collection}${choice === "" ? "" : ` (${choice})`}`);
}

/** Absolute path of the folder, as its machine knows it. */
export function watchedFolder({ scope, source, sourcePath }: WatchedScope): string {
  const root = sourcePath ?? source;
  return scope.directory === "" ? root : `${root}/${scope.directory}`;
}

/** How the work goes: "214 directories watched by file events". */
export function stateText({ state, reason, directories, look }: WatchProgress): string {
  const texts: Record<WatchProgress["state"], string> = {
    mirroring: `the whole folder is being brought up to date${lookText(look)}`,
    watching: `${countOf(directories, "directory", "directories")} watched by file events`,
    polling: `looked at every few seconds, because: ${shownName(reason ?? "no file events.")}`,
    gone: "the folder is gone; the watch goes on when it is there again",
    failing: `failing, tried again every few seconds: ${shownName(reason ?? "error")}`,
  };
  return texts[state];
}

function lookText(look: WatchProgress["look"]): string {
  if (look === null || look.total === null) return "";
  return ` (${look.done.toLocaleString("en-US")} of ${countOf(look.total, "file")})`;
}

export function holderText({ agent, workspace }: WorkView["holder"]): string {
  return shownName(`${agent} in ${workspace ?? "no workspace"}`);
}

function watchLine(list: WatchList, watched: WatchedScope): string {
  const work = workOf(list, watched);
  const name = `#${watched.id} ${watchName(watched)}`;
  const asked = `asked for by ${shownName(watched.agent)} ${formatAge(watched.sinceMs, list.nowMs)}`;
  if (work === null) return `${name}: paused, ${asked}; ${pauseText(list, watched)}`;
  const mine = work.holder.sessionId === list.sessionId ? " [this session]" : "";
  const progress = parseWatchProgress(work.progress);
  const since = formatDuration(list.nowMs - work.startedAtMs);
  const parts = [`${holderText(work.holder)}${mine} does the work since ${since}`];
  if (progress !== null) parts.push(stateText(progress), updatedText(progress, list.nowMs));
  const others = standbys(list, watched, work.holder.sessionId);
  if (others.length > 0) parts.push(`${others.join(", ")} would go on with it`);
  return `${name}: ${parts.join("; ")}; ${asked}`;
}

function updatedText({ filesUpdated, lastChangeMs }: WatchProgress, nowMs: number): string {
  const last = lastChangeMs === null ? "" : `, the last ${formatAge(lastChangeMs, nowMs)}`;
  return `${countOf(filesUpdated, "file")} brought up to date${last}`;
}

function pauseText(list: WatchList, watched: WatchedScope): string {
  const others = standbys(list, watched, null);
  if (others.length > 0) return `${others.join(", ")} goes on with it at its next call`;
  return "the next session of that workspace goes on with it";
}

/** Live sessions of the workspace, which take over when the one that does the work ends. */
function standbys({ sessions, sessionId }: WatchList, watched: WatchedScope, holderId: string | null): string[] {
  return sessions
    .filter((each) => each.workspace === watched.sourcePath && each.kind === "agent" && each.sessionId !== holderId)
    .map((each) => shownName(each.sessionId === sessionId ? "this session" : each.agent));
}

function workOf({ works }: WatchList, watched: WatchedScope): WorkView | null {
  return works.find(({ key }) => key === watchKey(watched.id)) ?? null;
}

function choiceText({ recursive, categories, extensions }: IngestScope): string {
  const parts: string[] = [];
  if (categories !== null) parts.push(`only ${categories.join(", ")}`);
  if (extensions !== null) parts.push(`only ${extensions.map((each) => `.${each.replace(/^\./, "")}`).join(", ")}`);
  if (!recursive) parts.push("without folders below");
  return parts.join("; ");
}
