import { z } from "zod";
import { countOf } from "../../core/quantities.ts";
import { defaultCollection } from "../collections.ts";
import type { Session } from "../session.ts";
import { errorText } from "../error-text.ts";
import { shownName } from "../shown-name.ts";
import { defineTool } from "./tool.ts";

export const getEnvironment = defineTool({
  name: "get_environment",
  title: "Environment",
  description:
    "Which workspace this session reads and how it was determined, and the state of the hub, ChromaDB and the embedding model. Use it when something seems wrong.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({}),
  async run(_input, { session, signal }) {
    const lines = [
      `session: ${session.id}, chroma-commons ${session.program.version}, Node ${process.versions.node}, pid ${process.pid}`,
    ];
    lines.push(...(await workspaceLines(session)));
    try {
      const { hub, engine, embedder, sessions, totals } = await session.call("hub.status", {}, signal);
      lines.push(
        `hub: pid ${hub.pid}, version ${hub.version}, home ${hub.home}, ${countOf(sessions.length, "live session")}`,
        `stored: ${countOf(totals.collections, "collection")}, ${countOf(totals.documents, "document")}, ${countOf(totals.chunks, "chunk")}`,
        `ChromaDB: ${engine.state}${engine.url === null ? "" : ` at ${engine.url}`}${engine.version === null ? "" : `, version ${engine.version}`}, ${engine.behind === 0 ? "up to date" : `${engine.behind} behind`}${engine.detail === null ? "" : `; ${engine.detail}`}`,
        `embedding: ${embedder.id}, ${embedder.dimensions} dimensions`,
      );
    } catch (error) {
      // The tool is asked just when something is broken: what is known is still worth telling.
      lines.push(...`hub: not reachable. ${errorText(error)}`.split("\n"));
    }
    return lines.map((line) => shownName(line)).join("\n");
  },
});

async function workspaceLines(session: Session): Promise<string[]> {
  const choice = await session.choice();
  if (choice.kind === "refused")
    return `workspace: none (from the ${choice.origin}). ${errorText(choice.error)}`.split("\n");
  const open = await session.workspace();
  const { repository, key } = open.source;
  return [
    `workspace: ${choice.workspace.root} (from the ${choice.origin}), also called /workspace; source ${key}`,
    ...(choice.workspace.hostPath === choice.workspace.root ? [] : [`on the host: ${choice.workspace.hostPath}`]),
    ...choice.workspace.allowed.map((directory) => `also readable: ${directory}`),
    repository === null
      ? "repository: none"
      : `repository: ${repository.name}, branch ${repository.branch ?? "none"}, commit ${repository.commit?.slice(0, 12) ?? "none"}${repository.isWorktree ? ", a worktree" : ""}`,
    `default collection: ${await defaultCollection(session, open)}`,
    ...choice.disagreements.map((fact) => `warning: ${fact}`),
  ];
}
