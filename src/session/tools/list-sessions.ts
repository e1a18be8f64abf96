import { z } from "zod";
import { countOf, formatDuration } from "../../core/quantities.ts";
import { shownName } from "../shown-name.ts";
import { defineTool } from "./tool.ts";

export const listSessions = defineTool({
  name: "list_sessions",
  title: "List sessions",
  description:
    "List every live agent session that shares this context: agent, workspace, branch, what it is doing now, and which collections it uses.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({}),
  async run(_input, { session, signal }) {
    const sessions = await session.call("sessions.list", {}, signal);
    const now = Date.now();
    const lines = sessions.map((other) => {
      const branch = other.branch === null ? "" : ` (branch ${other.branch})`;
      const uses = other.collections.length === 0 ? "" : `; uses ${other.collections.join(", ")}`;
      const mine = other.sessionId === session.id ? " [this session]" : "";
      return shownName(
        `- ${other.agent}${mine} in ${other.workspace ?? "no workspace"}${branch}: ${other.activity ?? "idle"}; since ${formatDuration(now - other.startedAtMs)}, ${countOf(other.calls, "call")}${uses}`,
      );
    });
    return [`${countOf(sessions.length, "live session")}:`, ...lines].join("\n");
  },
});
