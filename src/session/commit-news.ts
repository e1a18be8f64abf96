import type { Session } from "./session.ts";

/**
 * Tells the hub the branch and commit of the workspace as of now: a session lives through many, and a receipt has the one at which
 * something was done. Of a session without a workspace there is nothing to tell.
 */
export async function tellCommit(session: Session): Promise<void> {
  if ((await session.choice()).kind === "refused") return;
  const { repository } = (await session.workspace()).source;
  await session.call("session.describe", { branch: repository?.branch ?? null, commit: repository?.commit ?? null });
}
