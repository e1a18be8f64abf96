import { existsSync } from "node:fs";
import { homePaths, loadSettings, settingNames, type LoadedSettings } from "../config/load-settings.ts";
import { thisMachine } from "../config/machine.ts";
import { configHome, homeDirectory } from "../config/paths.ts";
import type { Program } from "../config/program.ts";
import { settingSpecs } from "../config/settings.ts";
import { closeHome, homeFailure, makeStateDirectory } from "../config/state-directory.ts";
import { openWorkspace } from "../workspace/workspace.ts";
import { chooseHubWay } from "./hub-way.ts";
import { imageName } from "./image-name.ts";
import { knownFacts } from "./known-facts.ts";
import { ownLabels } from "./owner-label.ts";
import { readBeside } from "./read-beside.ts";
import { findRuntime } from "./runtime.ts";
import type { SessionContainer } from "./session-container.ts";

/** What the command line of `commons mcp --docker` says. */
export interface ContainerRequest {
  /** `--workspace`; null: the current directory. A client's roots are not known yet when a container is made. */
  readonly workspace: string | null;
  readonly allow: readonly string[];
  readonly space: string | undefined;
  readonly collection: string | undefined;
  readonly runtime: string | undefined;
  readonly image: string | undefined;
  readonly hub: string | undefined;
  readonly network: string | undefined;
}

export interface ContainerSurroundings {
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** One start, for the label that finds its container. */
  readonly start: string;
}

/**
 * All that the container of a session is made of. Errors: WORKSPACE_REFUSED as for a session on the host, CONTAINERS_UNAVAILABLE,
 * SETTING_INVALID, HOME_UNUSABLE.
 */
export async function containerOf(
  request: ContainerRequest,
  { program, env, cwd, start }: ContainerSurroundings,
): Promise<SessionContainer> {
  const paths = homePaths(env);
  closeHome(paths.home);
  const home = homeDirectory(env);
  const workspace = await openWorkspace({
    directory: request.workspace ?? cwd,
    allow: request.allow,
    home,
    configHome: configHome(env),
    stateHome: paths.home,
  });
  const loaded = loadSettings({
    env,
    userFile: paths.configFile,
    projectDirectory: workspace.root,
    flags: flagsOf(request),
  });
  const { settings } = loaded;
  const runtime = findRuntime(settings["containers.runtime"], env);
  makeExports(paths.exportsDirectory);
  const facts = await knownFacts(runtime, env, paths.home);
  const [hub, machine, beside] = await Promise.all([
    chooseHubWay({
      wanted: settings["containers.hub"],
      runtime,
      facts,
      paths,
      program,
      env,
      network: request.network ?? null,
    }),
    thisMachine(env),
    readBeside(workspace.root, configHome(env)),
  ]);
  return {
    runtime,
    facts,
    platform: process.platform,
    image: settings["containers.image"] ?? imageName("session", program),
    workspace: workspace.root,
    allowed: workspace.allowed,
    beside,
    home,
    stateHome: paths.home,
    exports: paths.exportsDirectory,
    machine,
    hub,
    settings: handedSettings(loaded),
    arguments: sessionFlags(request),
    user: userOf(),
    hasSelinux: existsSync("/sys/fs/selinux/enforce"),
    labels: ownLabels({ kind: "session", home: paths.home, version: program.version, start }),
  };
}

function flagsOf({ runtime, image, hub }: ContainerRequest): Record<string, string> {
  return {
    ...(runtime === undefined ? {} : { "containers.runtime": runtime }),
    ...(image === undefined ? {} : { "containers.image": image }),
    ...(hub === undefined ? {} : { "containers.hub": hub }),
  };
}

function sessionFlags({ space, collection }: ContainerRequest): string[] {
  return [
    ...(space === undefined ? [] : ["--space", space]),
    ...(collection === undefined ? [] : ["--collection", collection]),
  ];
}

/**
 * What the person set for sessions, as variables for the container, which sees neither this environment nor the person's file. What the
 * project's file decides stays out: it lies in the workspace and is read there.
 */
function handedSettings({ settings, origins }: LoadedSettings): Record<string, string> {
  const handed: Record<string, string> = {};
  for (const name of settingNames()) {
    const { scope, env } = settingSpecs[name];
    const isOfHost = scope === "hub" || name.startsWith("hub.") || name.startsWith("containers.");
    const value = settings[name];
    if (isOfHost || value === undefined || !["env", "user"].includes(origins[name])) continue;
    handed[env] = String(value);
  }
  return handed;
}

function makeExports(directory: string): void {
  try {
    makeStateDirectory(directory);
  } catch (error) {
    throw homeFailure(directory, error);
  }
}

/** null where users have no numbers, or those of the host mean nothing in the machine of the containers. */
function userOf(): string | null {
  if (process.platform !== "linux" || process.getuid === undefined || process.getgid === undefined) return null;
  return `${process.getuid()}:${process.getgid()}`;
}
