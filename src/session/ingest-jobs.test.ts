import { afterEach, beforeEach, expect, test } from "vitest";
import { IngestJobs, type IngestJob } from "./ingest-jobs.ts";

let jobs: IngestJobs;
let ends: ((outcome: string) => void)[];
beforeEach(() => {
  jobs = new IngestJobs();
  ends = [];
});
afterEach(() => jobs.close());

const run = (): IngestJob<string> => jobs.run("ingest", () => new Promise<string>((resolve) => ends.push(resolve)));
/** Ends the run that was begun last, and lets everybody hear of it. */
const end = async (outcome: string, job: IngestJob<string>): Promise<void> => {
  ends.at(-1)?.(outcome);
  await job.result;
};
const taken = () =>
  jobs.takeUntold<string>("ingest").map((each) => (each.status === "fulfilled" ? each.value : "failed"));

test("a result that somebody has heard is told to nobody else", async () => {
  const job = run();
  await end("3 added", job);
  job.leave({ hasHeard: true });
  expect(taken()).toEqual([]);
});

test("a result that comes after everybody has left is kept for the next call, once", async () => {
  const job = run();
  job.leave({ hasHeard: false });
  await end("3 added", job);
  expect([taken(), taken()]).toEqual([["3 added"], []]);
});

test("a result that comes while somebody is just leaving is kept as well", async () => {
  const job = run();
  await end("3 added", job);
  job.leave({ hasHeard: false });
  expect(taken()).toEqual(["3 added"]);
});

test("of many results that nobody hears the first and the last are kept, also when they were given back", async () => {
  for (const outcome of ["3 added", "nothing", "1 added"]) {
    const job = run();
    job.leave({ hasHeard: false });
    await end(outcome, job);
  }
  const outcomes = jobs.takeUntold<string>("ingest");
  jobs.keep("ingest", outcomes);
  expect(taken()).toEqual(["3 added", "1 added"]);
});
