import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { runGit } from "../fixtures/git-repository.ts";
import { LiveAgents } from "../fixtures/live-agents.ts";

let agents: LiveAgents | null = null;
afterEach(async () => {
  await agents?.close();
  agents = null;
});

test("a receipt has the commit at which something was done, and not the one at which the session began", async () => {
  agents = await LiveAgents.open();
  const root = await agents.workspace("app", { "a.md": "# One\n\nAbout lions.\n" });
  const commit = (message: string) => {
    runGit(root, "add", ".");
    runGit(root, "commit", "-qm", message);
    return runGit(root, "rev-parse", "HEAD").trim();
  };
  runGit(root, "init", "-q", "-b", "trunk");
  const first = commit("one");
  const agent = agents.agent(root, "codex");
  await agent.call("batch_ingest", { collection: "app" });

  runGit(root, "switch", "-qc", "feature");
  writeFileSync(join(root, "a.md"), "# One\n\nAbout tigers.\n");
  const second = commit("two");
  await agent.call("batch_ingest", { collection: "app" });
  await agent.call("store_context", { collection: "app", id: "note", content: "Tigers are fine." });
  const deleted = await agent.call("batch_delete", { collection: "app", ids: ["note"] });

  const receipts = await agent.session.call("receipts.list", { collection: "app", limit: 10 });
  const told = receipts.map(({ action, author }) => [action, author.branch, author.commit]);
  expect(told).toEqual([
    ["delete", "feature", second],
    ["write", "feature", second],
    ["write", "feature", second],
    ["write", "trunk", first],
  ]);
  expect(deleted).toMatch(/For 7 days it can be brought back: commons restore --receipt \d+$/);
  expect(await agent.call("get_collection_info", { collection: "app" })).toMatch(
    new RegExp(`\\nlast change: delete by codex in .*, feature@${second.slice(0, 7)}, `),
  );
});

test("batch_delete leaves alone what another agent uses, says whom it would disturb, and obeys force", async () => {
  agents = await LiveAgents.open();
  const files = { "a.md": "# One\n\nAbout lions.\n" };
  const [busy, eager] = [
    agents.agent(await agents.workspace("one", files), "busy-agent"),
    agents.agent(await agents.workspace("two", files), "eager-agent"),
  ];
  await busy.call("store_context", { collection: "shared", id: "note", content: "Lions are fine." });
  const refused = await eager.call("batch_delete", { collection: "shared", ids: ["note"] });
  expect(refused).toMatch(/^COLLECTION_IN_USE.*"shared" is in use by busy-agent in .+one \(last call .*force/s);
  expect(await eager.call("batch_delete", { collection: "shared", ids: ["note"], dry_run: true })).toContain(
    "Would delete 1 document",
  );
  expect(await eager.call("batch_delete", { collection: "shared", ids: ["note"], force: true })).toContain(
    "Deleted 1 document",
  );
  const quick = await eager.call("quick_load", { name: "peek" });
  expect(quick).toContain("Temporary");
  const gone = await eager.call("batch_delete", { collection: "peek", ids: ["a.md"] });
  expect(gone).toContain("Deleted 1 document");
  expect(gone).not.toContain("brought back");
  expect(await eager.call("unload_collection", { collection: "peek" })).toContain("cannot be brought back");
});
