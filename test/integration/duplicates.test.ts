import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DuplicateReport } from "../../src/duplicates/duplicate-report.ts";
import { CommandLine } from "../fixtures/command-line.ts";
import { randomNumbers } from "../fixtures/random.ts";

const cli = new CommandLine();
const words = Array.from({ length: 400 }, (_, index) => `word${(index * 7_919) % 1_000}`);

beforeAll(async () => {
  cli.write({
    "guide.md": words.join(" "),
    "backup/guide.md": words.join(" "),
    "docs/edited.md": [...words.slice(0, 390), "another", "end"].join("\n"),
    ".env": "KEY=1\n",
    "backup/.env": "KEY=1\n",
    "empty.txt": "",
  });
  mkdirSync(join(cli.workspace, "photos"));
  const random = randomNumbers(5);
  const patches = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => random(256)));
  const photo = sharp(patches, { raw: { width: 12, height: 9, channels: 3 } }).resize(640, 480, { fit: "fill" });
  const large = await photo.png().toBuffer();
  writeFileSync(join(cli.workspace, "photos/sea.png"), large);
  writeFileSync(join(cli.workspace, "photos/small.jpg"), await sharp(large).resize(200).jpeg().toBuffer());
});
afterAll(() => cli.close());

describe("commons duplicates", { timeout: 180_000 }, () => {
  it("shows equal files with the copy to keep and why, and what was left out, and starts nothing that stays", async () => {
    const { code, stdout } = await cli.run("duplicates");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /keep +guide\.md +It is outside of folders for copies and downloads\n.+ copy +backup\/guide\.md\n/,
    );
    expect(stdout).toContain(".: 1 group of equal files, 1 copy beside those to keep, ");
    expect(stdout).toContain("1 empty file: in no group.\nLeft out: secret 2.\n");
    expect(stdout).not.toContain(".env");
    expect((await cli.run("hub", "status")).stdout).toMatch(/not running|No hub/i);
  });

  it("finds pictures that look alike and near copies of texts, in the processes that read", async () => {
    const [pictures, texts] = await Promise.all([
      cli.run("duplicates", "photos", "--method", "perceptual", "--json"),
      cli.run("duplicates", "--method", "text", "--json"),
    ]);
    const [alike, near]: DuplicateReport[] = [JSON.parse(pictures.stdout), JSON.parse(texts.stdout)];
    expect(alike?.groups.map(({ files }) => files.map(({ path, note }) => [path, note]))).toEqual([
      [
        ["sea.png", "640 x 480"],
        ["small.jpg", "200 x 150"],
      ],
    ]);
    expect(near?.groups.map(({ files }) => files.map(({ path }) => path).toSorted())).toEqual([
      ["backup/guide.md", "docs/edited.md", "guide.md"],
    ]);
  });

  it("looks at any directory that a person names, the home too, and at no data of its own", async () => {
    writeFileSync(join(cli.home, "a.txt"), "the same text");
    writeFileSync(join(cli.home, "b.txt"), "the same text");
    const { stdout } = await cli.run("duplicates", cli.home, "--json");
    const report: DuplicateReport = JSON.parse(stdout);
    expect(report.groups.map(({ files }) => files.map(({ path }) => path).toSorted())).toEqual([["a.txt", "b.txt"]]);
  });

  it("refuses a file, a folder that is not there and options that say nothing, each with the next step", async () => {
    const [file, gone, share, method] = await Promise.all([
      cli.run("duplicates", "guide.md"),
      cli.run("duplicates", "gone", "--json"),
      cli.run("duplicates", "--threshold", "80"),
      cli.run("duplicates", "--method", "md5"),
    ]);
    expect(file.stderr).toContain("commons compare compares two files");
    expect(JSON.parse(gone.stderr)).toMatchObject({ error: { code: "PATH_NOT_FOUND" } });
    for (const { code, stdout } of [file, gone, share, method]) expect([(code ?? 0) > 0, stdout]).toEqual([true, ""]);
  });
});
