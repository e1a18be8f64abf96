import { isAbsolute, posix, relative, resolve, sep } from "node:path";
import { isInside } from "../workspace/checked-file.ts";
import type { OpenWorkspace } from "./session.ts";

const alias = "/workspace";

/**
 * An id that is written as a path (`./b.md`, `/workspace/b.md`, or absolute inside one of the session's directories) as the hub's
 * `<sourceKey>/<path>`, whether or not the file is still there; other ids as they are. The first of `places` is the workspace.
 */
export function ownPlaceId(id: string, places: readonly Pick<OpenWorkspace, "workspace" | "source">[]): string {
  const own = places[0];
  const absolute = own === undefined ? null : absolutePath(id, own.workspace.root);
  if (absolute === null) return id;
  const place = places.find(({ workspace }) => absolute !== workspace.root && isInside(workspace.root, absolute));
  if (place === undefined) return id;
  return `${place.source.key}/${relative(place.workspace.root, absolute).replaceAll(sep, "/")}`;
}

/** A path filter that begins with `/workspace` or with one of the session's directories, as the stored paths have it; others as they are. */
export function ownPathGlob(glob: string, places: readonly Pick<OpenWorkspace, "workspace">[]): string {
  const own = places[0]?.workspace.root;
  const hasAlias = own !== undefined && (own === alias || !isInside(alias, own));
  const roots = [...(hasAlias ? [alias] : []), ...places.map(({ workspace }) => workspace.root)];
  for (const root of roots) {
    const start = root.replaceAll(sep, "/");
    if (glob === start || glob === `${start}/`) return "**";
    if (glob.startsWith(`${start}/`)) return glob.slice(start.length + 1);
  }
  return glob;
}

/** null: not written as a path. */
function absolutePath(id: string, root: string): string | null {
  if (id.startsWith("./") || id.startsWith("../")) return resolve(root, id);
  const normal = posix.normalize(id);
  // Below a real /workspace there is no alias, because it would hide real neighbours.
  const isAliased = normal.startsWith(`${alias}/`) && (root === alias || !isInside(alias, root));
  if (isAliased) return resolve(root, `.${normal.slice(alias.length)}`);
  return isAbsolute(id) ? resolve(id) : null;
}
