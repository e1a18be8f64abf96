import { nearestNames } from "../../core/collection-name.ts";
import { CommonsError } from "../../core/errors.ts";
import type { ClientAdapter } from "../../setup/client-adapter.ts";
import { clientAdapters } from "../../setup/clients/registry.ts";
import { detectClients } from "../../setup/detect.ts";

/** An agent that a command is about. */
export interface SelectedAgent {
  readonly client: ClientAdapter;
  /** What shows that it is on the machine; empty: it was named, and is not there. */
  readonly signs: readonly string[];
}

/** The agents of that name, or all that are on the machine where none is named. Errors: CLIENT_NOT_FOUND. */
export function selectAgents(
  ids: readonly string[] | undefined,
  { env, cwd }: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): SelectedAgent[] {
  const found = detectClients(env, process.platform, cwd);
  if (ids !== undefined)
    return namedClients(ids).map((client) => ({
      client,
      signs: found.find((one) => one.client === client)?.signs ?? [],
    }));
  if (found.length > 0) return [...found];
  throw new CommonsError("CLIENT_NOT_FOUND", "No agent that this program knows was found on the machine.", {
    hint: `Name one with --client: ${knownIds().join(", ")}.`,
  });
}

/** The adapters of those ids, each once, in the order given. Errors: CLIENT_NOT_FOUND with the nearest ids. */
export function namedClients(ids: readonly string[]): ClientAdapter[] {
  return [...new Set(ids.map((id) => id.toLowerCase()))].map((id) => {
    const client = clientAdapters.find((one) => one.id === id);
    if (client !== undefined) return client;
    const near = nearestNames(id, knownIds());
    throw new CommonsError("CLIENT_NOT_FOUND", `No agent is called "${id.slice(0, 100)}" here.`, {
      hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `There are: ${knownIds().join(", ")}.`,
    });
  });
}

function knownIds(): string[] {
  return clientAdapters.map(({ id }) => id);
}
