import { expect, test } from "vitest";
import { WorkRegistry } from "./work-registry.ts";

const claim = (runId: string, key = "k") => ({ key, runId, kind: "ingest" as const, title: "src into app" });
const holder = (sessionId: string) => ({
  sessionId,
  agent: `agent of ${sessionId}`,
  workspace: "/w",
  space: "default",
});
const run = (runId: string, key = "k") => ({ key, runId });

test("one session holds a piece of work, another is told who does", () => {
  const works = new WorkRegistry();
  expect(works.claim(claim("r1"), holder("s1")).isHolder).toBe(true);
  expect(works.claim(claim("r2"), holder("s2"))).toMatchObject({
    isHolder: false,
    work: { runId: "r1", holder: { agent: "agent of s1" } },
  });
  expect(works.claim(claim("r1"), holder("s1")).isHolder).toBe(true);
  expect(works.claim(claim("r3", "other"), holder("s2")).isHolder).toBe(true);
  expect(works.list("default")).toHaveLength(2);
  expect(works.list("elsewhere")).toHaveLength(0);
});

test("who waits gets the result, also when it asks after the end", async () => {
  const works = new WorkRegistry();
  works.claim(claim("r1"), holder("s1"));
  const waiting = works.wait(run("r1"), 60_000);
  works.finish(run("r1"), { files: 3 });
  expect(await waiting).toEqual({ state: "finished", result: { files: 3 } });
  expect(await works.wait(run("r1"), 60_000)).toEqual({ state: "finished", result: { files: 3 } });
  expect(works.claim(claim("r2"), holder("s2")).isHolder).toBe(true);
});

test("progress reaches who waits when the time is over", async () => {
  const works = new WorkRegistry();
  works.claim(claim("r1"), holder("s1"));
  expect(works.report(run("r1"), { done: 5 })).toBe(true);
  expect(await works.wait(run("r1"), 1)).toEqual({ state: "running", progress: { done: 5 } });
});

test("work of a session that ends, or that gives it back, is vacant", async () => {
  const works = new WorkRegistry();
  works.claim(claim("r1"), holder("s1"));
  works.claim(claim("r2", "mine"), holder("s2"));
  const waiting = [works.wait(run("r1"), 60_000), works.wait(run("r2", "mine"), 60_000)];
  works.sessionGone("s1");
  works.release(run("r2", "mine"));
  expect(await Promise.all(waiting)).toEqual([{ state: "vacant" }, { state: "vacant" }]);
  expect(works.report(run("r1"), null)).toBe(false);
  expect(works.claim(claim("r3"), holder("s2")).isHolder).toBe(true);
});

test("a run that lost its lease ends nobody else's", async () => {
  const works = new WorkRegistry();
  works.claim(claim("r1"), holder("s1"));
  works.sessionGone("s1");
  works.claim(claim("r2"), holder("s2"));
  works.finish(run("r1"), "late");
  works.release(run("r1"));
  expect(await works.wait(run("r2"), 1)).toEqual({ state: "running", progress: null });
  expect(await works.wait(run("r1"), 1)).toEqual({ state: "vacant" });
});

test("a session can give up its ingests and keep its watches", async () => {
  const works = new WorkRegistry();
  works.claim(claim("r1"), holder("s1"));
  works.claim({ ...claim("r2", "folder"), kind: "watch" }, holder("s1"));
  works.abandon("s1", "ingest");
  expect(works.list("default").map(({ runId }) => runId)).toEqual(["r2"]);
});
