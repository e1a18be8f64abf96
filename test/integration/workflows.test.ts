import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { minimumNode } from "../../bin/runtime.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = join(root, ".github", "workflows");
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

const workflow = z.looseObject({
  on: z.unknown(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      "runs-on": z.string(),
      "timeout-minutes": z.number(),
      strategy: z.looseObject({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
      steps: z.array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

describe.each(readdirSync(directory))("the workflow %s", (name) => {
  const { jobs } = workflow.parse(parse(readFileSync(join(directory, name), "utf8")));
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it("calls only npm scripts that there are", () => {
    const called = steps.flatMap(({ run = "" }) =>
      [...run.matchAll(/npm (?:run )?([\w:-]+)/g)].map(([, word]) => word),
    );
    expect(called).toContain("test");
    expect(called.filter((word = "") => word !== "ci" && scripts[word] === undefined)).toEqual([]);
  });

  it("takes actions of GitHub itself alone, of a given major version", () => {
    const used = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(used).not.toEqual([]);
    expect(used.filter((action) => !/^actions\/[\w-]+@v\d+$/.test(action))).toEqual([]);
  });

  it("tests the oldest Node that the program names", () => {
    const nodes = Object.values(jobs).flatMap((job) => job.strategy?.matrix["node"] ?? []);
    expect(nodes).toContain(minimumNode.replace(/\.0$/, ""));
  });
});
