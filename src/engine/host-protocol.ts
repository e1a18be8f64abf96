import { z } from "zod";

/** What the engine host is told, as JSON in its first argument. */
export const hostArgumentsSchema = z.object({
  bindingFile: z.string(),
  bindingVersion: z.string(),
  dataDirectory: z.string(),
  port: z.number().int(),
  /** The server crashed on this data before: check it. */
  isSuspect: z.boolean(),
});
export type HostArguments = z.infer<typeof hostArgumentsSchema>;

/** How the host ends when it ends by itself. Any other code or a signal is a crash. */
export const hostExitCodes = {
  stopped: 0,
  /** Another process holds the data lock. */
  dataLocked: 10,
  /** The data cannot be used by this binding, or not be prepared. */
  dataRefused: 11,
  bindingFailed: 12,
  /** The server returned: its port is taken. */
  serverEnded: 13,
} as const;

/** What the host tells its parent over the IPC channel. */
export const hostMessageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("data"), dataId: z.string(), setAside: z.string().nullable() }),
  z.object({ kind: z.literal("failed"), message: z.string(), hint: z.string().nullable() }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;
