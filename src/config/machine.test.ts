import { expect, test } from "vitest";
import { isForeignPlace, thisMachine } from "./machine.ts";

const told = { HOST_MACHINE_ID: "a".repeat(64), HOST_MACHINE_NAME: "desk" };

test("in a container the machine is the one that it was told of, so that a directory is one source inside and outside", async () => {
  const here = await thisMachine({});
  expect(await thisMachine({ HOST_MACHINE_ID: here.id, HOST_MACHINE_NAME: here.name })).toEqual(here);
  expect(await thisMachine(told)).toEqual({ id: "a".repeat(64), name: "desk" });
});

test.each(["", "short", "A".repeat(64), `${"a".repeat(64)}\n`])("no machine is taken from %j", async (id) => {
  expect(await thisMachine({ ...told, HOST_MACHINE_ID: id })).toEqual(await thisMachine({}));
});

test("a workspace is another machine's, and nobody knows which, where only its path was told", () => {
  expect(isForeignPlace({})).toBe(false);
  expect(isForeignPlace({ HOST_WORKSPACE: "/home/me/app" })).toBe(true);
  expect(isForeignPlace({ HOST_WORKSPACE: "/home/me/app", ...told })).toBe(false);
});
