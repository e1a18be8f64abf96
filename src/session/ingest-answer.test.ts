import { expect, test } from "vitest";
import type { IngestProgress } from "../ingest/requests.ts";
import { risingProgress } from "./ingest-answer.ts";

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
