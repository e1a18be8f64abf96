import type { ClientPlatform, PathTemplate } from "../client-adapter.ts";

/** The same templates on every system, for agents that keep their files at one place below the home. */
export function everywhere(...templates: PathTemplate[]): Readonly<Record<ClientPlatform, readonly PathTemplate[]>> {
  return { linux: templates, darwin: templates, win32: templates };
}
