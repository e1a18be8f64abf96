import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jpegBytes, xmpPacket } from "../fixtures/samples/image-bytes.ts";
import { cameraRaw } from "../fixtures/samples/images.ts";
import { eventually, World, type Agent } from "../fixtures/world.ts";

const files = {
  "src/limit.ts": "/** Limits the rate of requests. */\nexport function limitRequests() {\n  return 'bucket';\n}\n",
  "docs/guide.md": "# Guide\n\nHow to paint a fence.\n",
  "data.custom": "\u0000\u0001\u0002 no text",
};

describe("a search in the session's own collection", { timeout: 120_000 }, () => {
  let world: World;
  let workspace: string;
  let agent: Agent;
  const search = (query: string, more: Record<string, unknown> = {}) =>
    agent.call("search_context", { query, ...more });

  beforeAll(async () => {
    world = await World.open({ env: { COMMONS_REFRESH_MS: "20000" } });
    workspace = await world.workspace("app", files);
    agent = await world.agent(workspace);
    await agent.call("batch_ingest", { collection: "app" });
  }, 180_000);
  afterAll(() => world.close());

  it("finds a file that was made since the ingest", async () => {
    await writeFile(join(workspace, "src/invoice.ts"), "export function sendInvoice() {\n  return 'mail';\n}\n");
    const text = await search("send invoice");
    expect(text).toContain("src/invoice.ts:1-3");
    expect(text).toContain("Brought up to date before answering: 1 changed file");
  });

  it("finds the new text of an edited file and not the old, and says so once only", async () => {
    await writeFile(join(workspace, "docs/guide.md"), "# Guide\n\nHow to varnish a chair.\n");
    expect(await search("varnish chair")).toContain("varnish a chair");
    const second = await search("paint fence");
    expect(second).not.toContain("paint a fence");
    expect(second).not.toContain("Brought up to date");
  });

  it("finds a renamed file under its new path", async () => {
    await mkdir(join(workspace, "lib"));
    await rename(join(workspace, "src/limit.ts"), join(workspace, "lib/limit.ts"));
    const text = await search("limit requests");
    expect(text).toContain("lib/limit.ts:1-4");
    expect(text).not.toContain("src/limit.ts");
  });

  it("forgets a deleted file", async () => {
    await rm(join(workspace, "src/invoice.ts"));
    expect(await search("send invoice")).not.toContain("sendInvoice");
  });

  it("finds a photo by the words of a sidecar that came to it, that was edited, and that stayed with the RAW alone", async () => {
    const titled = (title: string): string =>
      xmpPacket("", `<dc:title><rdf:Alt><rdf:li>${title}</rdf:li></rdf:Alt></dc:title>`);
    await writeFile(join(workspace, "IMG_1.JPG"), jpegBytes({ width: 640, height: 480 }));
    await writeFile(join(workspace, "IMG_1.CR2"), cameraRaw);
    const plain = await search("photo IMG_1.JPG");
    expect(plain).toMatch(/IMG_1\.JPG\n.*Canon EOS R5[^]*?with IMG_1\.CR2\n/);
    await writeFile(join(workspace, "IMG_1.xmp"), titled("Lighthouse"));
    expect(await search("lighthouse")).toMatch(
      /Lighthouse[^]*with IMG_1\.CR2, IMG_1\.xmp|with IMG_1\.CR2, IMG_1\.xmp[^]*Lighthouse/,
    );
    await writeFile(join(workspace, "IMG_1.xmp"), titled("Windmill"));
    expect(await search("windmill")).toContain("Windmill");
    expect(await search("lighthouse")).not.toContain("Lighthouse");
    await rm(join(workspace, "IMG_1.JPG"));
    const alone = await search("windmill");
    expect(alone).toMatch(/\[1\] IMG_1\.CR2\n/);
    expect(alone).toContain("with IMG_1.xmp");
    expect(alone).not.toContain("IMG_1.JPG");
    expect(await search("windmill")).not.toContain("Brought up to date");
  });

  it("leaves out what was deleted from the collection on purpose, until it is ingested again", async () => {
    // Older than the margin for clocks that differ: from then on an unknown file counts as left out.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await agent.call("batch_ingest", { collection: "app" });
    await agent.call("batch_delete", { collection: "app", ids: ["docs/guide.md"], dry_run: false });
    expect(await search("varnish chair")).not.toContain("docs/guide.md");
    await agent.call("batch_ingest", { collection: "app" });
    expect(await search("varnish chair")).toContain("docs/guide.md");
  });
});

describe("ingests that disagree whether contents are wanted", { timeout: 180_000 }, () => {
  it("settle: of one folder the latest counts, and a file that another ingest wants with its content keeps it", async () => {
    const world = await World.open({ env: { COMMONS_REFRESH_MS: "20000" } });
    try {
      const workspace = await world.workspace("app", files);
      const agent = await world.agent(workspace);
      const ingest = (more: Record<string, unknown>) => agent.call("batch_ingest", { collection: "app", ...more });
      const search = () => agent.call("search_context", { query: "bucket", mode: "keyword" });
      await ingest({});
      await ingest({ include_content: false });
      for (let count = 0; count < 2; count++) {
        const text = await search();
        expect(text).not.toContain("return 'bucket'");
        expect(text).not.toContain("Brought up to date");
      }
      await ingest({ path: "src" });
      expect(await ingest({ include_content: false })).toContain("has-content: 1 (src/limit.ts)");
      for (let count = 0; count < 2; count++) {
        const text = await search();
        expect(text).toContain("return 'bucket'");
        expect(text).not.toContain("Brought up to date");
      }
    } finally {
      await world.close();
    }
  });
});

describe("a search that may hardly wait", { timeout: 180_000 }, () => {
  it("leaves what it began to go on behind it, through all folders that were ingested, and never calls that cancelled", async () => {
    const world = await World.open({ env: { COMMONS_REFRESH_MS: "1" } });
    try {
      const folders = ["one", "two", "three", "four"];
      const made = (text: string) =>
        Object.fromEntries(folders.map((name) => [`${name}/a.md`, `# ${name}\n\n${text}\n`]));
      const workspace = await world.workspace("app", made("old"));
      const agent = await world.agent(workspace);
      for (const path of folders) await agent.call("batch_ingest", { collection: "app", path });
      for (const name of folders)
        await writeFile(join(workspace, name, "new.md"), `# ${name}\n\nA walrus of ${name}.\n`);
      const answers: string[] = [];
      await eventually("all new files are found", async () => {
        answers.push(await agent.call("search_context", { query: "walrus", collection: "app", limit: 20 }));
        return folders.every((name) => answers.at(-1)?.includes(`${name}/new.md`));
      });
      expect(answers.filter((answer) => /cancelled|could not be brought/.test(answer))).toEqual([]);
    } finally {
      await world.close();
    }
  });
});

describe("sessions that ingest the same at the same time", { timeout: 120_000 }, () => {
  let world: World;
  afterAll(() => world.close());

  it("share the work: every file is written once, and each is told of all files", async () => {
    world = await World.open();
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, n) => [`src/part${n}.ts`, `export function part${n}() {\n  return ${n};\n}\n`]),
    );
    const workspace = await world.workspace("app", many);
    const agents = await Promise.all([1, 2, 3, 4].map(() => world.agent(workspace)));
    const answers = await Promise.all(agents.map((each) => each.call("batch_ingest", { collection: "shared_code" })));
    const added = answers.map((answer) => Number(/(\d+) added/.exec(answer.split("Since then:").at(-1) ?? "")?.[1]));
    expect(added.filter((count) => count > 0)).toEqual([400]);
    for (const answer of answers) expect(answer).toMatch(/400 files up to date/);
    // On a busy machine one may ask when the work is done already.
    const isShared = (answer: string): boolean =>
      answer.includes("which was ingesting the same files") || /: 0 added, .* 400 unchanged/.test(answer);
    expect(answers.filter(isShared)).toHaveLength(3);
  });

  it("a second worktree costs the files, not the embeddings", async () => {
    const repository = await world.workspace("repo", { "a.ts": files["src/limit.ts"], "b.md": files["docs/guide.md"] });
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: repository, stdio: "pipe" });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "first");
    git("worktree", "add", "-q", "../repo-two", "-b", "two");
    const [first, second] = await Promise.all([world.agent(repository), world.agent(join(repository, "../repo-two"))]);
    expect(await first.call("batch_ingest", {})).toMatch(/2 chunks written, 2 embedded, 0 already known/);
    const scan = await second.call("scan_directory", {});
    expect(scan).toMatch(/100 % of what is to be written is stored already/);
    expect(await second.call("batch_ingest", {})).toMatch(/2 chunks written, 0 embedded, 2 already known/);
    expect(await second.call("search_context", { query: "limit requests" })).toMatch(/@two|@master|@main/);
  });
});

describe("secrets in texts", { timeout: 180_000 }, () => {
  it("are not stored, and counted", async () => {
    const world = await World.open();
    try {
      const token = `ghp_${"aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5".slice(0, 36)}`;
      const workspace = await world.workspace("app", {
        "deploy.ts": `const deployToken = "${token}";\nexport const x = 1;\n`,
      });
      const agent = await world.agent(workspace);
      expect(await agent.call("batch_ingest", {})).toMatch(/1 secret in 1 file not stored/);
      const text = await agent.call("search_context", { query: "deployToken" });
      expect(text).toContain("[redacted");
      expect(text).not.toContain(token);
      const note = { content: `The robot's key is ${token}.`, id: "robot" };
      expect(await agent.call("store_context", note)).toMatch(/1 secret not stored/);
      expect(await agent.call("search_context", { query: "robot key" })).not.toContain(token);
    } finally {
      await world.close();
    }
  });
});
