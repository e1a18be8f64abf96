import { expect, test } from "vitest";
import { AnswerBatch } from "./answer-batch.ts";
import type { ReadAnswer } from "./process-messages.ts";

const done = (id: number) => ({ id, result: { kind: "failed", message: `${id}` } as const });

/** A batch, what it has sent, and the end of the next sending. */
function openBatch() {
  const sent: (readonly number[])[] = [];
  let onSent = (): void => undefined;
  const batch = new AnswerBatch(({ results }: ReadAnswer) => {
    sent.push(results.map(({ id }) => id));
    onSent();
  });
  return { batch, sent, nextSent: () => new Promise<void>((resolve) => (onSent = resolve)) };
}

test("a result that nothing follows is sent soon, together with those that are held", async () => {
  const { batch, sent, nextSent } = openBatch();
  const waited = nextSent();
  batch.add(done(1), { isIdle: false });
  await waited;
  batch.add(done(2), { isIdle: false });
  batch.add(done(3), { isIdle: true });
  expect(sent.flat()).toEqual([1, 2, 3]);
  expect(sent.at(-1)).toContain(3);
});

test("what makes a process spent goes with all that is held, and nothing is sent twice", async () => {
  const answers: ReadAnswer[] = [];
  const batch = new AnswerBatch((answer) => void answers.push(answer));
  batch.add(done(1), { isIdle: false });
  batch.addLast(done(2), { notBegun: [3, 4] });
  expect(answers.flatMap(({ results }) => results.map(({ id }) => id))).toEqual([1, 2]);
  expect(answers.at(-1)?.spent).toEqual({ notBegun: [3, 4] });
  const { length } = answers;
  batch.add(done(5), { isIdle: true });
  expect(answers).toHaveLength(length + 1);
});

test("the memory of the process is told now and then", () => {
  const answers: ReadAnswer[] = [];
  const batch = new AnswerBatch((answer) => void answers.push(answer));
  for (let id = 0; id < 100; id++) batch.add(done(id), { isIdle: true });
  expect(answers.filter(({ residentBytes }) => residentBytes !== undefined)).toHaveLength(4);
});
