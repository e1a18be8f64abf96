import { once } from "node:events";
import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import { isOwnerGone, labelPrefix, ownLabels, type OwnerLabels } from "./owner-label.ts";

function asLabels(labels: OwnerLabels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [`${labelPrefix}${name}`, value]));
}

const mine = asLabels(ownLabels({ home: "/home/me/.chroma-commons", version: "1.2.3", start: "s" }));

it("a container belongs to a process that lives", () => {
  expect(isOwnerGone(mine)).toBe(false);
});

it("a container's process is gone when its pid is, when the pid is another process's, and after a restart of the machine", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  expect(isOwnerGone({ ...mine, [`${labelPrefix}pid`]: String(child.pid) })).toBe(true);
  if (process.platform !== "linux") return;
  expect(isOwnerGone({ ...mine, [`${labelPrefix}began`]: "1" })).toBe(true);
  expect(isOwnerGone({ ...mine, [`${labelPrefix}boot`]: "another" })).toBe(true);
});

it.each([{}, { [`${labelPrefix}pid`]: "x" }, { [`${labelPrefix}pid`]: "-1" }, { [`${labelPrefix}pid`]: "0" }])(
  "of a container that does not say whose it is, nobody is certainly gone: %j",
  (labels) => {
    expect(isOwnerGone(labels)).toBe(false);
  },
);

it("another home has another label", () => {
  const of = (home: string) => ownLabels({ home, version: "1", start: "s" }).home;
  expect(of("/home/me/.chroma-commons")).not.toBe(of("/home/you/.chroma-commons"));
});
