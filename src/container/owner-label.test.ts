import { once } from "node:events";
import { spawn } from "node:child_process";
import { expect, it } from "vitest";
import { isMakerGone, isOwnerGone, labelPrefix, makerMark, ownLabels, type OwnerLabels } from "./owner-label.ts";

function asLabels(labels: OwnerLabels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [`${labelPrefix}${name}`, value]));
}

const running = { isRunning: true };
const mine = asLabels(ownLabels({ kind: "session", home: "/home/me/.chroma-commons", version: "1.2.3", start: "s" }));

it("a container belongs to a process that lives", () => {
  expect(isOwnerGone(mine, running)).toBe(false);
});

it("a container's process is gone when its pid is, when the pid is another process's, and after a restart of the machine", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  expect(isOwnerGone({ ...mine, [`${labelPrefix}pid`]: String(child.pid) }, running)).toBe(true);
  if (process.platform !== "linux") return;
  expect(isOwnerGone({ ...mine, [`${labelPrefix}began`]: "1" }, running)).toBe(true);
  const ofEarlierBoot = { ...mine, [`${labelPrefix}boot`]: "another" };
  expect(isOwnerGone(ofEarlierBoot, { isRunning: false })).toBe(true);
  // It would not run any more: this is another machine's.
  expect(isOwnerGone(ofEarlierBoot, running)).toBe(false);
});

it.each([{}, { [`${labelPrefix}pid`]: "x" }, { [`${labelPrefix}pid`]: "-1" }, { [`${labelPrefix}pid`]: "0" }])(
  "of a container that does not say whose it is, nobody is certainly gone: %j",
  (labels) => {
    expect(isOwnerGone(labels, running)).toBe(false);
  },
);

it("another home has another label", () => {
  const of = (home: string) => ownLabels({ kind: "session", home, version: "1", start: "s" }).home;
  expect(of("/home/me/.chroma-commons")).not.toBe(of("/home/you/.chroma-commons"));
});

it.runIf(process.platform === "linux")("of a process in another container or sandbox nobody can tell", () => {
  const dead = { ...mine, [`${labelPrefix}pid`]: "99999999" };
  expect(isOwnerGone(dead, running)).toBe(true);
  for (const namespace of ["pid:[1]", ""])
    expect(isOwnerGone({ ...dead, [`${labelPrefix}pidns`]: namespace }, running)).toBe(false);
});

it("a file's mark says whether its maker lives", () => {
  const [, ...rest] = makerMark().split("_");
  expect(isMakerGone(makerMark())).toBe(false);
  expect(isMakerGone(["99999999", ...rest].join("_"))).toBe(true);
  expect(isMakerGone("")).toBe(false);
  expect(isMakerGone("99999999_1_7")).toBe(false);
});
