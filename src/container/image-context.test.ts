import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyContext } from "./image-context.ts";

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "commons context "))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write(name: string, text = ""): Promise<void> {
  await mkdir(dirname(join(directory, name)), { recursive: true });
  await writeFile(join(directory, name), text);
}

it("an image has each part that its programs load, whatever program it is of, and none of earlier builds", async () => {
  const programs = [
    "mcp",
    "ingester",
    "reader",
    "hub",
    "catalog-worker",
    "catalog-process",
    "engine-host",
    "onnx-host",
  ];
  for (const name of [...programs, "container"]) await write(`dist/${name}.mjs`);
  await write("dist/cli.mjs", 'const load = () => import("./cli-AAAAAAAA.mjs");');
  await write("dist/cli-AAAAAAAA.mjs", 'import{a}from"./later-BBBBBBBB.mjs";');
  for (const name of ["later-BBBBBBBB", "cli-CCCCCCCC"]) await write(`dist/${name}.mjs`);
  for (const name of ["Dockerfile", "LICENSE", "NOTICE.md", "bin/commons.mjs", "dist/grammars/a", "dist/table/a"])
    await write(name);
  for (const name of ["package.json", "node_modules/chromadb/package.json", "node_modules/semver/package.json"])
    await write(name, "{}");
  await write(
    "Dockerfile",
    "ARG BASE=a\nFROM ${BASE} AS program\nRUN a\nFROM program AS session\nRUN b\nFROM program AS hub\nRUN c\n",
  );
  await mkdir(join(directory, "made"));
  copyContext({ packageRoot: directory, target: "hub", directory: join(directory, "made") });
  const copied = await readdir(join(directory, "made/dist"));
  expect(copied).toEqual(expect.arrayContaining(["cli.mjs", "cli-AAAAAAAA.mjs", "later-BBBBBBBB.mjs", "hub.mjs"]));
  expect(copied).not.toContain("cli-CCCCCCCC.mjs");
  // A stage for something else would leave an image without a name.
  expect(await readFile(join(directory, "made/Dockerfile"), "utf8")).toBe(
    "ARG BASE=a\nFROM ${BASE} AS program\nRUN a\nFROM program AS hub\nRUN c\n",
  );
});

it.skipIf(process.platform !== "linux")(
  "a session's image has what decodes pictures where it is installed, and says where not",
  async () => {
    for (const name of ["mcp", "ingester", "reader"]) await write(`dist/${name}.mjs`);
    for (const name of ["Dockerfile", "LICENSE", "NOTICE.md", "bin/commons.mjs", "dist/grammars/a"]) await write(name);
    await write("package.json", "{}");
    expect(copyContext({ packageRoot: directory, target: "session", directory: join(directory, "without") })).toEqual([
      expect.stringContaining("cannot decode pictures"),
    ]);
    const needs = {
      dependencies: { "detect-libc": "2" },
      optionalDependencies: { "@img/one": "1", "@img/other": "1" },
    };
    await write("node_modules/sharp/package.json", JSON.stringify(needs));
    await write("node_modules/detect-libc/package.json", "{}");
    await write("node_modules/@img/one/package.json", "{}");
    expect(copyContext({ packageRoot: directory, target: "session", directory: join(directory, "with") })).toEqual([]);
    const copied = await readdir(join(directory, "with/node_modules"), { recursive: true });
    expect(copied).toEqual(expect.arrayContaining(["sharp", "detect-libc", join("@img", "one")]));
    expect(copied).not.toContain(join("@img", "other"));
  },
);
