import { posix } from "node:path";
import { keepsItsPath, mountFlag, mountSource, type Mount } from "./mount.ts";
import { labelFlags, type OwnerLabels } from "./owner-label.ts";
import type { Runtime, RuntimeFacts } from "./runtime.ts";

/** How the container reaches the hub. */
export type HubWay =
  /** The directory of the host that holds a link to the hub's socket. */
  | { readonly kind: "socket"; readonly directory: string }
  | { readonly kind: "volume"; readonly name: string }
  | { readonly kind: "tcp"; readonly port: number; readonly tokenFile: string; readonly network: string | null };

export interface SessionContainer {
  readonly runtime: Runtime;
  readonly facts: RuntimeFacts;
  readonly platform: NodeJS.Platform;
  readonly image: string;
  /** Real path on the host. */
  readonly workspace: string;
  /** Real paths of the directories of `--allow`. */
  readonly allowed: readonly string[];
  /** Real paths outside of the workspace that are read beside it at their own path: its repository's, ignore rules. */
  readonly beside: readonly string[];
  readonly home: string;
  /** COMMONS_HOME on the host, and where exports go. */
  readonly stateHome: string;
  readonly exports: string;
  readonly machine: { readonly id: string; readonly name: string };
  readonly hub: HubWay;
  /** Settings as variables; no secrets. */
  readonly settings: Readonly<Record<string, string>>;
  /** Further arguments of `commons mcp`: --space, --collection. */
  readonly arguments: readonly string[];
  /** "UID:GID" of the host; null on Windows. */
  readonly user: string | null;
  readonly hasSelinux: boolean;
  readonly labels: OwnerLabels;
}

/** Where the hub's socket or token is in the container. */
const hubDirectory = "/run/commons";
const workspacePath = "/workspace";

/**
 * The arguments of docker or podman that run one session: no name, no network, no rights, nothing to write but /tmp and the exports.
 * Errors: WORKSPACE_REFUSED for a path that no container can be given.
 */
export function sessionArguments(session: SessionContainer): string[] {
  const { image, labels, hub } = session;
  const places = placesOf(session);
  const flags = [
    ["--rm", "--interactive", "--init", "--pull=never", "--log-driver=none"],
    ["--read-only", "--tmpfs", "/tmp:rw,nosuid,nodev,size=512m,mode=1777"],
    ["--cap-drop=ALL", "--security-opt", "no-new-privileges", "--pids-limit=512"],
    userFlags(session),
    networkFlags(hub),
    session.hasSelinux ? ["--security-opt", "label=disable"] : [],
    mountsOf(session, places).flatMap((mount) => ["--mount", mountFlag(sourced(mount, session))]),
    Object.entries(environmentOf(session, places)).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    labelFlags(labels),
  ];
  const allowed = places.allowed.flatMap(({ target }) => ["--allow", target]);
  return ["run", ...flags.flat(), image, "mcp", "--workspace", places.workspace, ...allowed, ...session.arguments];
}

interface Places {
  /** The session's root: the host's own path where it can have it, so that nothing differs from a session there. */
  readonly workspace: string;
  readonly allowed: readonly { readonly source: string; readonly target: string }[];
  readonly stateHome: string;
  readonly exports: string;
  readonly home: string;
}

function placesOf({ platform, workspace, allowed, stateHome, home, exports }: SessionContainer): Places {
  const isPosix = platform !== "win32";
  return {
    workspace: keepsItsPath(workspace, platform) ? workspace : workspacePath,
    allowed: allowed.map((source, index) => ({
      source,
      target: keepsItsPath(source, platform) ? source : `/allowed/${index + 1}`,
    })),
    home: isPosix && keepsItsPath(home, platform) ? home : "/tmp/home",
    stateHome: isPosix && keepsItsPath(stateHome, platform) ? stateHome : "/tmp/home/.chroma-commons",
    exports: isPosix && keepsItsPath(exports, platform) ? exports : "/tmp/home/.chroma-commons/exports",
  };
}

function mountsOf(session: SessionContainer, places: Places): Mount[] {
  const { workspace, beside, platform, hub, exports } = session;
  const mounts: Mount[] = [
    { kind: "bind", source: workspace, target: workspacePath },
    ...(places.workspace === workspacePath
      ? []
      : [{ kind: "bind", source: workspace, target: places.workspace } as const]),
    ...places.allowed.map(({ source, target }) => ({ kind: "bind", source, target }) as const),
    ...beside
      .filter((path) => keepsItsPath(path, platform))
      .map((path) => ({ kind: "bind", source: path, target: path }) as const),
    { kind: "bind", source: exports, target: places.exports, isWritable: true },
  ];
  if (hub.kind === "socket") mounts.push({ kind: "bind", source: hub.directory, target: hubDirectory });
  if (hub.kind === "volume") mounts.push({ kind: "volume", source: hub.name, target: hubDirectory });
  if (hub.kind === "tcp") mounts.push({ kind: "bind", source: hub.tokenFile, target: `${hubDirectory}/token` });
  // Two flags of one target are an error; the first says what it is.
  return mounts.filter((mount, index) => mounts.findIndex(({ target }) => target === mount.target) === index);
}

function sourced(mount: Mount, { platform, runtime }: SessionContainer): Mount {
  if (mount.kind === "volume") return mount;
  return { ...mount, source: mountSource(mount.source, { platform, runtime: runtime.kind }) };
}

function environmentOf(session: SessionContainer, places: Places): Record<string, string> {
  const { hub, machine, settings, workspace } = session;
  const ways: Record<string, string> = {};
  if (hub.kind === "tcp") {
    const host = hub.network === "host" ? "127.0.0.1" : "host.docker.internal";
    ways["COMMONS_HUB_URL"] = `http://${host}:${hub.port}`;
    ways["COMMONS_HUB_TOKEN_FILE"] = `${hubDirectory}/token`;
    if (hub.network !== "host") ways["COMMONS_HUB_PLAIN_HOST"] = host;
  } else ways["COMMONS_HUB_SOCKET"] = posix.join(hubDirectory, "hub.sock");
  return {
    ...settings,
    ...ways,
    HOME: places.home,
    COMMONS_HOME: places.stateHome,
    HOST_WORKSPACE: workspace,
    HOST_MACHINE_ID: machine.id,
    HOST_MACHINE_NAME: machine.name,
  };
}

/** As the person themself, so that what they may read can be read and the hub's socket is theirs. */
function userFlags({ runtime, facts, user, hub }: SessionContainer): string[] {
  // The hub in a container runs as the image's own user, and so must who comes to its socket.
  if (user === null || hub.kind === "volume") return [];
  if (!facts.isRootless) return ["--user", user];
  // There the container's root is the person; Podman can map the number itself.
  return runtime.kind === "podman" ? ["--userns=keep-id", "--user", user] : ["--user", "0:0"];
}

function networkFlags(hub: HubWay): string[] {
  if (hub.kind !== "tcp") return ["--network=none"];
  if (hub.network !== null) return [`--network=${hub.network}`];
  return ["--add-host", "host.docker.internal:host-gateway"];
}
