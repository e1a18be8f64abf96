import { expect, test } from "vitest";
import type { IngestProgress } from "../ingest/requests.ts";
import { startTally } from "../ingest/tally.ts";
import { ingestAnswer, risingProgress } from "./ingest-answer.ts";
import { IngestJobs } from "./ingest-jobs.ts";
import type { IngestOutcome } from "./ingester.ts";
import type { Session } from "./session.ts";

test("a quick load that a person keeps while it runs says so, and the next call loads nothing again", async () => {
  const input = {
    path: ".",
    collection: "vacation",
    recursive: true,
    include_content: true,
    kind: "temporary",
  } as const;
  const outcome: IngestOutcome = {
    collection: "vacation",
    kept: "italy",
    report: startTally().report(),
    by: null,
    before: null,
  };
  const finish = Promise.withResolvers<IngestOutcome>();
  let [runs, seconds] = [0, 0];
  // Safe: all that the answer asks a session for.
  const session = {
    jobs: new IngestJobs(),
    settings: () => Promise.resolve({ "ingest.answerSeconds": seconds }),
    ingester: () => Promise.resolve({ ingest: () => ((runs += 1), finish.promise) }),
  } as unknown as Session;
  const context = { session, signal: new AbortController().signal, progress: () => {} };
  expect(await ingestAnswer("quick_load", input, context)).toContain("Still running");
  finish.resolve(outcome);
  await finish.promise;
  seconds = 20;
  const answer = await ingestAnswer("quick_load", input, context);
  expect(answer).toContain("the permanent collection italy now");
  expect(answer).toContain("italy: 0 files");
  expect(answer).not.toContain("only this session sees it");
  expect(runs).toBe(1);
});

test("a client hears of progress only when the number has risen, through all phases", () => {
  const step = (
    phase: IngestProgress["phase"],
    scanned: number,
    done: number,
    total: number | null,
  ): IngestProgress => ({
    phase,
    scanned,
    done,
    total,
    path: null,
  });
  const steps = [
    null,
    step("scan", 500, 0, null),
    step("scan", 18_000, 0, null),
    step("compare", 20_000, 0, null),
    step("write", 20_000, 286, 19_000),
    step("write", 20_000, 286, 19_000),
    step("write", 20_000, 19_000, 19_000),
  ];
  const sent: { done: number; total: number | null; message: string }[] = [];
  let at = 0;
  const tick = risingProgress({ progress: () => steps[at] ?? null }, (each) => void sent.push(each));
  for (; at < steps.length; at++) tick();
  expect(sent.map(({ done, total }) => [done, total])).toEqual([
    [500, null],
    [18_000, null],
    [20_000, null],
    [20_286, 39_000],
    [39_000, 39_000],
  ]);
  expect(sent[3]?.message).toBe("286 of 19,000 files done.");
});
