import { existsSync } from "node:fs";
import { environment, homePaths } from "../../config/load-settings.ts";
import { asCommonsError, CommonsError, errorCatalogue } from "../../core/errors.ts";
import { countOf } from "../../core/quantities.ts";
import { printJson, type CliContext } from "../cli-context.ts";
import { printableLine } from "../output/printable-text.ts";
import { canAsk } from "../question.ts";
import { namedClients } from "./agent-selection.ts";
import { askLine, consentOf, type Answer, type Consent } from "./consent.ts";
import { findContainers } from "./container-removal.ts";
import { findUndoables } from "./find-undoables.ts";
import { openSetupFiles, type SetupFiles } from "./setup-files.ts";
import type { Undoable } from "./undo-plan.ts";
import { undoAll, type UndoResult } from "./undo-run.ts";
import {
  containerLines,
  dataLines,
  undoJson,
  undoLines,
  undoPlanLines,
  undoTitle,
  type ContainersResult,
  type DataResult,
} from "./uninstall-text.ts";

export interface UninstallOptions {
  readonly client?: readonly string[];
  readonly unrecorded?: boolean;
  readonly data?: boolean;
  readonly containers?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Flow {
  readonly context: CliContext;
  readonly options: UninstallOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly files: SetupFiles;
  readonly consent: Consent;
  /** To what no record says that set-up wrote: `--yes`, and "all" to the rest, say nothing about a person's own entries. */
  readonly ownConsent: Consent;
  readonly isWriting: boolean;
  readonly say: (lines: readonly string[]) => void;
}

/** `commons uninstall`. Errors: CLIENT_NOT_FOUND, HOME_UNUSABLE, INPUT_INVALID where nobody can agree; what fails for one file is told with it. */
export async function runUninstall(context: CliContext, options: UninstallOptions): Promise<void> {
  if (options.client !== undefined && (options.data === true || options.containers === true))
    throw new CommonsError("INPUT_INVALID", "What is stored belongs to all agents, not to one.", {
      hint: "Leave out --client, or leave out --data and --containers.",
    });
  const clients = options.client === undefined ? null : namedClients(options.client).map(({ id }) => id);
  const env = environment();
  const flow: Flow = {
    context,
    options,
    env,
    files: openSetupFiles(env),
    consent: consentOf(context, options.yes ?? false),
    ownConsent: consentOf(context, options.yes === true && options.unrecorded === true),
    isWriting: options.dryRun !== true && (options.yes === true || (options.json !== true && canAsk(context))),
    say: (lines) => {
      if (options.json !== true) for (const line of lines) context.stdout.line(line);
    },
  };
  const undone = await takeOut(flow, clients);
  const containers = options.containers === true ? await removeContainers(flow) : null;
  const data = options.data === true ? await removeData(flow) : null;
  const { home, backups } = flow.files;
  if (options.json)
    printJson(context, { home, backups, files: undone.map(undoJson), containers: containersJson(containers), data });
  else closing(flow, { undone, data });
  end(flow, { undone, containers, data });
}

async function takeOut(flow: Flow, clients: readonly string[] | null): Promise<UndoResult[]> {
  const { context, files, env } = flow;
  const undoables = await findUndoables(await files.record(), clients, { env, cwd: context.cwd });
  return undoAll(undoables, {
    files,
    signal: context.interruption.signal(),
    agree: flow.isWriting ? (undoable) => agreement(flow, undoable) : null,
    onStart: (undoable) => flow.say([undoTitle(context.stdout, undoable)]),
    onPlan: (plan) => flow.say(undoPlanLines(context.stdout, plan)),
    onResult: (result) => flow.say(undoLines(context.stdout, result)),
  });
}

async function agreement({ options, consent, ownConsent }: Flow, { kind }: Undoable): Promise<Answer> {
  if (kind !== "unrecorded") return consent.ask("Take this out?");
  if (options.yes === true && options.unrecorded !== true) return "no";
  return ownConsent.ask("Take this out, which setup did not write?");
}

/** A container program that does not answer is no reason to leave the agents' files as they are. */
async function removeContainers(flow: Flow): Promise<ContainersResult> {
  const { context, options } = flow;
  let result: ContainersResult;
  try {
    const found = await findContainers(flow.env, { withVolumes: options.data ?? false });
    const { things } = found;
    flow.say(containerLines(context.stdout, { kind: "found", things, failed: [], isDone: false }));
    const isAsking = flow.isWriting && things.length > 0 && !flow.ownConsent.hasQuit();
    const isAgreed = isAsking && (await flow.consent.ask("Remove these?")) === "yes";
    result = { kind: "found", things, failed: isAgreed ? await found.remove() : [], isDone: isAgreed };
  } catch (error) {
    const failure = asCommonsError(error);
    if (failure.code !== "CONTAINERS_UNAVAILABLE") throw error;
    result = { kind: "failed", error: failure };
  }
  if (result.kind === "failed" || result.isDone) flow.say(containerLines(context.stdout, result));
  return result;
}

async function removeData(flow: Flow): Promise<DataResult> {
  const { context, options, files } = flow;
  const { lookAtHome, removeHome } = await import("./home-removal.ts");
  const { liveSessions, stopOwnHub } = await import("./own-hub.ts");
  const paths = homePaths(flow.env);
  const { entries, blocks } = await files.record();
  const contents = await lookAtHome(paths, entries.length === 0 && blocks.length === 0);
  const look = { ...contents, sessions: await liveSessions(), isDone: false, isGone: false };
  flow.say(dataLines(context.stdout, look));
  if (!flow.isWriting || contents.removable.length === 0) return look;
  if (options.yes !== true && (await askLine(context, `Delete it for ever? Type "yes": `)) !== "yes") {
    flow.say(["  nothing was deleted", ""]);
    return look;
  }
  await stopOwnHub();
  // Closing the hub writes; what stands there now is what goes.
  const { isGone } = await removeHome(paths, await lookAtHome(paths, entries.length === 0 && blocks.length === 0));
  const done = { ...look, isDone: true, isGone };
  flow.say(dataLines(context.stdout, done));
  return done;
}

function containersJson(result: ContainersResult | null): unknown {
  return result?.kind === "failed" ? { ...result, error: result.error.toWire() } : result;
}

interface Outcome {
  readonly undone: readonly UndoResult[];
  readonly data: DataResult | null;
}

function closing({ say, files, options }: Flow, { undone, data }: Outcome): void {
  const removed = undone.filter(({ outcome }) => outcome === "removed").length;
  if (undone.length === 0) say(["No agent's file has anything that setup wrote."]);
  const own = undone.filter(({ state, outcome }) => state === "unrecorded" && outcome === "left").length;
  if (own > 0 && options.yes === true)
    say([
      `Left, because no record says that setup wrote it: ${countOf(own, "entry", "entries")}. --unrecorded takes them out too.`,
    ]);
  if (removed > 0) say([`The files as they were before each change are kept in ${printableLine(files.backups)}.`]);
  if (data === null && existsSync(files.home))
    say([`What is stored stays: ${printableLine(files.home)} (commons uninstall --data deletes it).`]);
  if (options.client === undefined) say(["The program itself: npm uninstall --global chroma-commons"]);
}

/** The exit code of the first thing that failed; what nobody could agree to is a wrong use. */
function end(flow: Flow, { undone, containers, data }: Outcome & { containers: ContainersResult | null }): void {
  const isUnrecorded = undone.some(({ state, outcome }) => state === "unrecorded" && outcome === "pending");
  const isPending =
    undone.some(({ outcome }) => outcome === "pending") ||
    (containers?.kind === "found" && containers.things.length > 0 && !containers.isDone) ||
    (data !== null && data.removable.length > 0 && !data.isDone);
  if (isPending && !flow.isWriting && flow.options.dryRun !== true)
    throw new CommonsError("INPUT_INVALID", "Nothing was removed: nobody is there to agree to it.", {
      hint: `Repeat with --yes${isUnrecorded ? " (--yes --unrecorded for what setup did not write)" : ""} to do it, or with --dry-run only to look.`,
    });
  const failure =
    undone.find(({ error }) => error !== null)?.error ?? (containers?.kind === "failed" ? containers.error : null);
  if (failure !== null) process.exitCode = errorCatalogue[failure.code].exitCode;
  else if (containers?.kind === "found" && containers.failed.length > 0) process.exitCode = 1;
}
