import { expect, test } from "vitest";
import type { WatchedScope } from "../core/scopes.ts";
import type { SessionView, WorkView } from "../protocol/views.ts";
import { stateText, watchLines, type WatchList } from "./watch-text.ts";
import { newWatchProgress, watchKey, type WatchProgress } from "./watch-progress.ts";

const nowMs = 10_000_000;

function watched(more: Partial<WatchedScope> = {}): WatchedScope {
  return {
    id: 3,
    scope: {
      directory: "src",
      recursive: true,
      categories: null,
      extensions: null,
      maxFiles: null,
      includeContent: true,
    },
    isWatched: true,
    mirroredAtMs: null,
    collectionId: "c1",
    collection: "app_code",
    sourceKey: "s1",
    source: "app",
    sourcePath: "/home/u/app",
    agent: "codex",
    sinceMs: nowMs - 7_200_000,
    ...more,
  };
}

function session(sessionId: string, agent: string, workspace: string): SessionView {
  return {
    sessionId,
    agent,
    workspace,
    kind: "agent",
    pid: 1,
    version: "1",
    space: "default",
    branch: null,
    commit: null,
    activity: null,
    startedAtMs: 0,
    lastCallAtMs: 0,
    calls: 1,
    collections: [],
  };
}

function work(progress: unknown): WorkView {
  const holder = { sessionId: "one", agent: "codex", workspace: "/home/u/app" };
  return { key: watchKey(3), runId: "r", kind: "watch", title: "", startedAtMs: nowMs - 60_000, progress, holder };
}

const following: WatchProgress = {
  state: "watching",
  reason: null,
  directories: 214,
  filesUpdated: 12,
  lastChangeMs: nowMs - 30_000,
  look: null,
};

function lineOf(more: Partial<WatchList> = {}): string | undefined {
  const empty = { watched: [watched()], works: [], sessions: [], sessionId: "none", nowMs };
  return watchLines({ ...empty, ...more })[1];
}

test("a watch says who does its work, how it goes and who would go on", () => {
  const sessions = [
    session("one", "codex", "/home/u/app"),
    session("two", "claude", "/home/u/app"),
    session("three", "gemini", "/home/u/other"),
  ];
  expect(lineOf({ works: [work(following)], sessions })).toBe(
    "- #3 /home/u/app/src into app_code: codex in /home/u/app does the work since 1 min 0 s; 214 directories watched by file events; 12 files brought up to date, the last 30 s ago; claude would go on with it; asked for by codex 2 h ago",
  );
});

test("a watch without a session is paused, and says who goes on with it", () => {
  expect(lineOf()).toContain("paused, asked for by codex 2 h ago; the next session of that workspace goes on with it");
  expect(watchLines({ watched: [watched()], works: [], sessions: [], sessionId: "x", nowMs })[0]).toBe(
    "1 watched folder, 1 paused:",
  );
});

test("the choice of files is told", () => {
  const scope = { ...watched().scope, directory: "", recursive: false, extensions: ["ts", ".md"] };
  expect(lineOf({ watched: [watched({ scope })] })).toContain(
    "/home/u/app into app_code (only .ts, .md; without folders below)",
  );
});

test.for([
  [{ state: "polling", reason: "No watches left." }, "looked at every few seconds, because: No watches left."],
  [{ state: "gone" }, "the folder is gone"],
  [{ state: "failing", reason: "No\nroom." }, String.raw`failing, tried again every few seconds: No\nroom.`],
] as const)("trouble is told: %j", ([progress, text]) => {
  expect(lineOf({ works: [work({ ...following, ...progress })] })).toContain(text);
});

test("progress of another version of the program is left out", () => {
  expect(lineOf({ works: [work({ percent: 3 })] })).toBe(
    "- #3 /home/u/app/src into app_code: codex in /home/u/app does the work since 1 min 0 s; asked for by codex 2 h ago",
  );
});

test("a look at the whole folder tells how far it is", () => {
  expect(stateText({ ...newWatchProgress, look: { done: 1_200, total: 3_718 } })).toBe(
    "the whole folder is being brought up to date (1,200 of 3,718 files)",
  );
  expect(stateText(newWatchProgress)).toBe("the whole folder is being brought up to date");
});
