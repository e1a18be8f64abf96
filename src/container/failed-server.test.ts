import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { CommonsError } from "../core/errors.ts";
import { answerWithFailure } from "./failed-server.ts";

const error = new CommonsError("CONTAINERS_UNAVAILABLE", "It does not run.", { hint: "Start it." });
const request = (id: number, method: string) => `${JSON.stringify({ jsonrpc: "2.0", id, method })}\n`;

async function answers(seen: string, later: readonly string[]): Promise<unknown[]> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const done = answerWithFailure({ input, output, seen }, error).then(() => output.end());
  for (const part of later) input.write(part);
  input.end();
  const [said] = await Promise.all([text(output), done]);
  return said
    .split("\n")
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}

it("answers a client's requests with the reason and the next step, those that were read before too", async () => {
  const whole = request(1, "server/discover");
  expect(await answers(whole.slice(0, 20), [whole.slice(20), request(2, "initialize")])).toMatchObject([
    { id: 1, error: { message: "It does not run. Start it." } },
    { id: 2, error: { message: "It does not run. Start it." } },
  ]);
});

it("answers neither notifications nor what is no protocol, and ends with its client", async () => {
  expect(
    await answers("", ['{"jsonrpc":"2.0","method":"notifications/initialized"}\n', "nonsense\n", "[1]\n"]),
  ).toEqual([]);
});
