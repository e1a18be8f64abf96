import type { Command } from "commander";
import { addExamples, addJsonOption, wholeNumber } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import { addHelpCommand } from "./help.ts";

interface JsonOptions {
  readonly json?: boolean;
}

interface LogsOptions extends JsonOptions {
  readonly lines: number;
}

export const hubCommand: CliCommand = {
  add(program, context) {
    const hub = program
      .command("hub")
      .description("start, stop and look at the background process that all sessions share");
    addStart(hub, context);
    addStop(hub, context);
    addStatus(hub, context);
    addLogs(hub, context);
    addToken(hub, context);
    addHelpCommand(hub);
    addExamples(hub, {
      "commons hub start": "start it if it does not run; other commands and agents do so by themselves",
      "commons hub status": "its process, its memory, and ChromaDB",
      "commons hub logs -n 20": "what it did lately",
      "commons hub stop": "stop it and ChromaDB; nothing is lost",
    });
  },
};

function addStart(hub: Command, context: CliContext): void {
  const command = hub.command("start").description("start the hub if it does not run");
  addJsonOption(command).action(async (options: JsonOptions) => {
    const { requireOwnHub, withHubProcess } = await import("../hub-access.ts");
    const { environment, homePaths, loadSettings } = await import("../../config/load-settings.ts");
    const env = environment();
    // The hub would refuse a wrong setting as well, but could only write it to its log.
    loadSettings({ env, userFile: homePaths(env).configFile });
    requireOwnHub();
    await withHubProcess(async ({ client, paths }) => {
      const before = await client.find();
      const hello = await client.hello();
      const isNew = before?.instance !== hello.instance;
      if (options.json)
        printJson(context, {
          started: isNew,
          hub: { pid: hello.pid, version: hello.version, home: hello.home, address: paths.hubAddress },
        });
      else
        context.stdout.line(
          `${isNew ? "Started the hub" : "The hub runs already"}: pid ${hello.pid}, version ${hello.version}, home ${hello.home}`,
        );
    });
  });
  addExamples(command, { "commons hub start": "a second one is never started" });
}

function addStop(hub: Command, context: CliContext): void {
  const command = hub
    .command("stop")
    .description("stop the hub and ChromaDB after the calls in flight, and wait until they are gone");
  addJsonOption(command).action(async (options: JsonOptions) => {
    const { requireOwnHub, withHubProcess } = await import("../hub-access.ts");
    const { stopHubCompletely } = await import("../hub-stop.ts");
    requireOwnHub();
    await withHubProcess(async ({ client }) => {
      const hello = await client.find();
      if (hello !== null) await stopHubCompletely(client.connection, hello);
      if (options.json) printJson(context, { stopped: hello !== null, pid: hello?.pid ?? null });
      else context.stdout.line(hello === null ? "No hub is running." : `The hub (pid ${hello.pid}) has stopped.`);
    });
  });
  addExamples(command, {
    "commons hub stop": "does nothing when no hub runs; the next call of an agent starts one again",
  });
}

function addStatus(hub: Command, context: CliContext): void {
  const command = hub.command("status").description("show the hub and ChromaDB; starts nothing");
  addJsonOption(command).action(async (options: JsonOptions) => {
    const { askRunningHub, withNamedHub } = await import("../hub-access.ts");
    const { engineText, hubText, labelled, tcpText } = await import("../output/status-text.ts");
    const { stdout } = context;
    await withNamedHub(async (access) => {
      const { paths, url } = access;
      const status = (await askRunningHub(access, "hub.status"))?.result ?? null;
      if (options.json)
        printJson(context, {
          hub: status?.hub ?? null,
          engine: status?.engine ?? null,
          address: url ?? paths.hubAddress,
          log: url === null ? paths.hubLog : null,
        });
      else if (status === null) stdout.line(`No hub is running (${url ?? `home ${paths.home}`}).`);
      else {
        stdout.line(labelled(stdout, "hub", hubText(status.hub)));
        stdout.line(labelled(stdout, "ChromaDB", engineText(status.engine)));
        stdout.line(labelled(stdout, "address", url ?? paths.hubAddress));
        if (status.hub.tcp) stdout.line(labelled(stdout, "TCP", tcpText(status.hub.tcp)));
        if (url === null) stdout.line(labelled(stdout, "log", paths.hubLog));
        stdout.line(labelled(stdout, "ends", `after ${status.hub.idleMinutes} minutes without a session or a call`));
      }
    });
  });
  addExamples(command, { "commons hub status --json": "for scripts: hub, engine, address, log" });
}

function addLogs(hub: Command, context: CliContext): void {
  const command = hub
    .command("logs")
    .description("show the end of the hub's log")
    .option("-n, --lines <n>", "so many lines", wholeNumber(1, 100_000), 50);
  addJsonOption(command).action(async (options: LogsOptions) => {
    const { requireOwnHub } = await import("../hub-access.ts");
    const { environment, homePaths } = await import("../../config/load-settings.ts");
    requireOwnHub();
    const { readableLogLine, tailLines } = await import("../hub-log.ts");
    const { hubLog } = homePaths(environment());
    const lines = await tailLines(hubLog, options.lines);
    if (options.json) printJson(context, { log: hubLog, lines: lines ?? [] });
    else if (lines === null) context.stdout.line(`There is no log yet (${hubLog}).`);
    else for (const line of lines) context.stdout.line(readableLogLine(line));
  });
  addExamples(command, { "commons hub logs -n 100": "the last 100 lines" });
}

interface TokenOptions extends JsonOptions {
  readonly rotate?: boolean;
}

function addToken(hub: Command, context: CliContext): void {
  const command = hub
    .command("token")
    .description("print the token that opens the hub over TCP")
    .option("--rotate", "make a new one; the old one is refused at once and who came with it is hung up on");
  addJsonOption(command).action(async (options: TokenOptions) => {
    const { environment, homePaths } = await import("../../config/load-settings.ts");
    const { ensureHubToken } = await import("../../config/hub-token.ts");
    const { requireOwnHub, rotateToken } = await import("../hub-access.ts");
    requireOwnHub();
    if (options.rotate === true) await rotateToken();
    const token = ensureHubToken(homePaths(environment()).hubToken);
    if (options.json) printJson(context, { token });
    else context.stdout.line(token);
  });
  addExamples(command, {
    "commons hub token": "for COMMONS_HUB_TOKEN elsewhere; keep it out of files and URLs",
    "commons hub token --rotate": "after somebody saw it",
  });
}
