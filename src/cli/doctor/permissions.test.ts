import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { statePaths } from "../../config/paths.ts";
import type { DoctorContext } from "./finding.ts";
import { checkPermissions } from "./permissions.ts";

describe.skipIf(process.platform === "win32")("the permissions of a home", () => {
  let home: string;
  let context: DoctorContext;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "commons permissions "));
    // Safe: the check looks at nothing but the paths.
    context = { paths: statePaths(home) } as DoctorContext;
  });
  afterEach(() => rmSync(home, { recursive: true }));

  function write(path: string, mode: number): void {
    mkdirSync(dirname(join(home, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, path), "");
    chmodSync(join(home, path), mode);
  }
  const modeOf = (path: string) => statSync(join(home, path)).mode & 0o777;

  it("are right where the program may do what it does: run the engine, read settings and exports, write the rest", async () => {
    write("engine/bin/addon.node", 0o500);
    write("config.json", 0o400);
    write("exports/app.jsonl.gz", 0o400);
    write("hub/token", 0o600);
    write("catalog/catalog.sqlite", 0o600);
    expect(await checkPermissions.run(context)).toMatchObject([{ level: "ok" }]);
  });

  it("are set behind a home that is a link too", async () => {
    write("hub/token", 0o644);
    symlinkSync(home, `${home} link`);
    const linked = { ...context, paths: statePaths(`${home} link`) };
    const found = (await checkPermissions.run(linked)).find(({ repair }) => repair !== null);
    await found?.repair?.run(linked);
    expect(modeOf("hub/token")).toBe(0o600);
    rmSync(`${home} link`);
  });

  it("are set to what is needed and no more", async () => {
    write("hub/token", 0o644);
    write("exports/app.jsonl.gz", 0o444);
    write("config.json", 0o200);
    write("catalog/catalog.sqlite", 0o400);
    const findings = await checkPermissions.run(context);
    expect(findings.map(({ level }) => level)).toEqual(["warning", "error"]);
    await findings[0]?.repair?.run(context);
    expect([modeOf("hub/token"), modeOf("exports/app.jsonl.gz")]).toEqual([0o600, 0o400]);
    expect([modeOf("config.json"), modeOf("catalog/catalog.sqlite")]).toEqual([0o600, 0o600]);
    expect(await checkPermissions.run(context)).toMatchObject([{ level: "ok" }]);
  });
});
