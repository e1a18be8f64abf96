import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { runContainer, type ContainerRun } from "./run-container.ts";

/** A script of Node in the place of docker's client, with streams in the place of ours. */
function run(script: string, more: Partial<ContainerRun> = {}) {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const removals: object[] = [];
  const end = runContainer({
    command: process.execPath,
    args: ["-e", script],
    env: {},
    input,
    output,
    errors,
    removeByForce: (options) => Promise.resolve(void removals.push(options)),
    isAnswering: () => Promise.resolve(true),
    ...more,
  });
  return { end, input, output, removals };
}

it("says whether the session had written anything when its client ended, and what it had been told", async () => {
  const silent = run("process.stdin.once('data', () => process.exit(125))");
  silent.input.write("question\n");
  expect(await silent.end).toMatchObject({ kind: "exit", code: 125, hasAnswered: false, seen: "question\n" });
  const heard = run(
    "process.stdin.once('data', () => { console.log('answer'); process.exitCode = 125; process.stdin.destroy() })",
  );
  heard.input.write("question\n");
  expect(await heard.end).toMatchObject({ code: 125, hasAnswered: true, isAsked: false });
  expect(String(heard.output.read())).toBe("answer\n");
  expect([...silent.removals, ...heard.removals]).toEqual([]);
});

it("tells of a program for containers that hangs, and waits for a start that only takes long", async () => {
  const hanging = run("setInterval(() => {}, 1000)", { patienceMs: 20, isAnswering: () => Promise.resolve(false) });
  expect(await hanging.end).toMatchObject({ kind: "hanging" });
  let asked = 0;
  const slow = run("process.stdin.once('data', () => { console.log('answer'); process.exit(0) })", {
    patienceMs: 20,
    isAnswering: async () => {
      if (++asked === 3) slow.input.write("go\n");
      return Promise.resolve(true);
    },
  });
  expect(await slow.end).toMatchObject({ kind: "exit", code: 0, hasAnswered: true });
});

// Windows knows no signals.
it.skipIf(process.platform === "win32")(
  "that is told to end it looks for a container that may still come, and only then ends",
  async () => {
    const errors = new PassThrough();
    errors.once("data", () => process.emit("SIGTERM", "SIGTERM"));
    const isRemoved = Promise.withResolvers<void>();
    let hasEnded = false;
    const seen: object[] = [];
    const { end } = run("setInterval(() => {}, 1000); process.stderr.write('up')", {
      errors,
      removeByForce: (options) => {
        seen.push(options);
        setImmediate(() => {
          seen.push({ hasEnded });
          isRemoved.resolve();
        });
        return isRemoved.promise;
      },
    });
    const ended = end.then(() => (hasEnded = true));
    expect(await end).toMatchObject({ kind: "exit", isAsked: true });
    await ended;
    expect(seen).toEqual([{ mayComeLate: true }, { hasEnded: false }]);
  },
);
