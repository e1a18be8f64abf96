import { z } from "zod";
import { watchLines } from "../watch-text.ts";
import { defineTool } from "./tool.ts";

export const listWatchers = defineTool({
  name: "list_watchers",
  title: "List watched folders",
  description:
    "List every watched folder of the shared context, of all sessions: folder, collection, which session does the work, how many files it brought up to date, the last change; paused ones too.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({}),
  async run(_input, { session, signal }) {
    const watched = await session.call("scopes.watched", {}, signal);
    if (watched.length === 0) return "No folder is watched. watch_folder begins to watch one.";
    const [works, sessions] = await Promise.all([
      session.call("work.list", {}, signal),
      session.call("sessions.list", {}, signal),
    ]);
    return watchLines({ watched, works, sessions, sessionId: session.id, nowMs: Date.now() }).join("\n");
  },
});
