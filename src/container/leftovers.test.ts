import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { listOurs, listShared, removeOurs, type RuntimeAccess } from "./leftovers.ts";
import { homeLabel, labelPrefix, ownLabels } from "./owner-label.ts";

let directory: string;
let access: RuntimeAccess;

/** A program in docker's place: prints what `answer` says of the words it was called with, and notes them. */
async function stand(answer: Readonly<Record<string, string>>): Promise<void> {
  const program = `#!${process.execPath}
const words = process.argv.slice(2).join(" ");
require("node:fs").appendFileSync(${JSON.stringify(join(directory, "calls"))}, words + "\\n");
const answer = ${JSON.stringify(answer)};
const found = Object.keys(answer).find((begin) => words.startsWith(begin));
if (found === undefined) { console.error("Error: No such container"); process.exit(1); }
console.log(answer[found]);
`;
  await writeFile(access.runtime.command, program);
  await chmod(access.runtime.command, 0o755);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "commons containers "));
  const command = join(directory, "docker");
  access = { runtime: { kind: "docker", command }, env: {}, home: join(directory, "home") };
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const labelsOf = (pid: number) =>
  Object.entries({ ...ownLabels({ kind: "session", home: access.home, version: "1", start: "s" }), pid, began: "1" })
    .map(([name, value]) => `${labelPrefix}${name}=${value}`)
    .join(",");
const row = (id: string, state: string, pid: number) => `${id}\tname_${id}\t${state}\t${labelsOf(pid)}`;

it("only containers with this home's label are asked for, and those of dead processes are leftovers", async () => {
  const own = row("own", "running", process.pid).replace(/,[^,]*began=1/, "");
  await stand({ ps: [row("ended", "exited", 99_999_999), row("orphan", "running", 99_999_999), own].join("\n") });
  const things = await listOurs(access);
  expect(things.map(({ id, isLeftover }) => [id, isLeftover])).toEqual([
    ["ended", true],
    ["orphan", true],
    ["own", false],
  ]);
  const calls = await readFile(join(directory, "calls"), "utf8");
  expect(calls).toContain(`--filter label=${labelPrefix}home=${homeLabel(access.home)} `);
});

it("what is shared by all homes comes in an order in which it can be removed, and by labels alone", async () => {
  await stand({
    ps: "c1\thub\trunning\t",
    "network ls": "n1\tchroma-commons",
    "volume ls": "chroma-commons-data",
    images: [
      "chroma-commons-session:1.2.3",
      "localhost/chroma-commons-hub:latest",
      "mine/from-yours:1",
      "my-chroma-commons-hub:1",
      "<none>:<none>",
    ].join("\n"),
  });
  const things = await listShared(access);
  expect(things.map(({ kind, id }) => [kind, id])).toEqual([
    ["container", "c1"],
    ["network", "n1"],
    ["volume", "chroma-commons-data"],
    ["image", "chroma-commons-session:1.2.3"],
    ["image", "localhost/chroma-commons-hub:latest"],
  ]);
  const calls = (await readFile(join(directory, "calls"), "utf8")).trim().split("\n");
  expect(calls.filter((call) => !call.includes(`label=${labelPrefix}`))).toEqual([]);
});

it("what is gone already counts as removed, and what stays is told with the reason", async () => {
  await stand({ ps: row("gone", "exited", 99_999_999) });
  const [thing] = await listOurs(access);
  if (thing === undefined) throw new Error("There is none.");
  expect(await removeOurs(access, [thing])).toEqual([]);
  await writeFile(access.runtime.command, '#!/bin/sh\necho "it is busy" >&2\nexit 1\n');
  expect(await removeOurs(access, [thing])).toEqual([{ thing, reason: "it is busy" }]);
});
