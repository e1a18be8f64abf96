import { HubClient } from "../client/hub-client.ts";
import { placeOf, remoteHub, type RemoteHub } from "../client/remote-hub.ts";
import { rotateHubToken } from "../config/hub-token.ts";
import { environment, homePaths, inspectSettings } from "../config/load-settings.ts";
import type { StatePaths } from "../config/paths.ts";
import { settingSpecs, type Settings } from "../config/settings.ts";
import { currentProgram } from "../config/program.ts";
import { closeHome } from "../config/state-directory.ts";
import { CommonsError } from "../core/errors.ts";
import { headers, protocolVersion, type OperationName, type OperationOutput } from "../protocol/operations.ts";
import type { Answer, Hello } from "../protocol/views.ts";

export interface HubAccess {
  readonly client: HubClient;
  readonly paths: StatePaths;
  readonly space: string;
}

interface LookOptions {
  /** Its project file decides the space. */
  readonly cwd: string;
  /** `--space`. */
  readonly space?: string | undefined;
  /** Called for each wrong setting, and the command goes on without it; absent: the first one is thrown. */
  readonly onProblem?: (problem: CommonsError) => void;
}

/** Runs `use` with a client that is no session: it starts the hub when it calls an operation, but nobody sees it. */
export async function withHub<T>(options: LookOptions, use: (access: HubAccess) => Promise<T>): Promise<T> {
  const env = environment();
  closeHome(homePaths(env).home);
  const { settings, problems } = inspectSettings({
    env,
    userFile: homePaths(env).configFile,
    projectDirectory: options.cwd,
    ...(options.space === undefined ? {} : { flags: { space: options.space } }),
  });
  const onProblem = options.onProblem ?? fail;
  for (const problem of problems) onProblem(problem);
  return withSpace({ space: settings.space, remote: remoteHub(env, settings) }, use);
}

/** `withHub` for what concerns the process of this home's hub and not what it stores: no wrong setting can be in the way. */
export function withHubProcess<T>(use: (access: HubAccess) => Promise<T>): Promise<T> {
  return withSpace({ space: "default", remote: null }, use);
}

/** `withHubProcess` for who only looks: at the hub that hub.url or hub.socket names, if one does. Errors: SETTING_INVALID for a wrong one. */
export function withNamedHub<T>(use: (access: HubAccess & { readonly url: string | null }) => Promise<T>): Promise<T> {
  const remote = remoteHub(environment(), hubSettings());
  return withSpace({ space: "default", remote }, (access) =>
    use({ ...access, url: remote === null ? null : placeOf(remote) }),
  );
}

/** For what is done to the process or the files of this home's hub. Errors: INPUT_INVALID where hub.url or hub.socket names another, SETTING_INVALID for a wrong one. */
export function requireOwnHub(): void {
  const settings = hubSettings();
  for (const name of ["hub.url", "hub.socket"] as const) {
    if (settings[name] === undefined) continue;
    throw new CommonsError(
      "INPUT_INVALID",
      `Setting ${name} names a hub at ${settings[name]}; it is started, stopped and looked after where it runs.`,
      { hint: `Do it there. For the hub of this home, unset ${settingSpecs[name].env} or ${name} first.` },
    );
  }
}

function hubSettings(): Settings {
  const env = environment();
  const { settings, problems } = inspectSettings({ env, userFile: homePaths(env).configFile });
  // One that counted as not given would turn what is meant for that hub against this home's.
  for (const problem of problems) if (/^hub\.(?:url|socket)$/.test(String(problem.details?.["setting"]))) throw problem;
  return settings;
}

async function withSpace<T>(
  { space, remote }: { space: string; remote: RemoteHub | null },
  use: (access: HubAccess) => Promise<T>,
): Promise<T> {
  const env = environment();
  const paths = homePaths(env);
  const client = new HubClient({ paths, program: currentProgram(), env, remote, identity: null, space });
  try {
    return await use({ client, paths, space });
  } finally {
    client.close();
  }
}

function fail(problem: CommonsError): never {
  throw problem;
}

/** Asks the running hub without starting or replacing one; null when none runs. Errors: HUB_INCOMPATIBLE, HUB_UNREACHABLE for one that does not answer, and the operation's. */
export async function askRunningHub<N extends OperationName>(
  { client, space }: HubAccess,
  name: N,
): Promise<{ hello: Hello; result: OperationOutput<N> } | null> {
  const hello = await client.find();
  if (hello === null) return null;
  requireSameProtocol(hello);
  const answer = await client.connection.send({
    method: "POST",
    path: `/v1/op/${name}`,
    body: "{}",
    headers: { [headers.protocol]: String(protocolVersion), [headers.space]: space },
    timeoutMs: 60_000,
  });
  // Safe: the hub answers an operation of our own protocol with an Answer of that operation's output.
  const parsed = JSON.parse(answer.body) as Answer<OperationOutput<N>>;
  if (parsed.ok) return { hello, result: parsed.result };
  const error = CommonsError.fromWire(parsed.error);
  // It began to stop between the two calls.
  if (error.code === "HUB_STOPPING") return null;
  throw error;
}

function requireSameProtocol(hello: Hello): void {
  if (hello.protocol === protocolVersion) return;
  throw new CommonsError(
    "HUB_INCOMPATIBLE",
    `The hub (pid ${hello.pid}, version ${hello.version}) speaks hub protocol ${hello.protocol}, this command ${protocolVersion}.`,
    {
      hint: "Stop it with commons hub stop; the next command starts one of this version.",
    },
  );
}

/** A new token: the running hub makes it, so that it knows of it at once; without one the file alone is replaced. */
export async function rotateToken(): Promise<void> {
  await withHubProcess(async ({ client, paths }) => {
    const hello = await client.find();
    if (hello === null) {
      rotateHubToken(paths.hubToken);
      return;
    }
    requireSameProtocol(hello);
    await client.call("hub.rotateToken", {});
  });
}
