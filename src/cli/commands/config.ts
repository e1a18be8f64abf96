import type { Command } from "commander";
import { addExamples, addJsonOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { CommonsError } from "../../core/errors.ts";
import { addHelpCommand, unknownCommand } from "./help.ts";

interface JsonOptions {
  readonly json?: boolean;
}

export const configCommand: CliCommand = {
  add(program, context) {
    const config = program
      .command("config")
      .description("show and change settings; every one can also be given as an environment variable");
    addJsonOption(config)
      .allowExcessArguments()
      .action(async (_options: unknown, self: Command) => {
        // With an action of its own, `config` would call a mistyped subcommand an excess argument.
        if (self.args[0] !== undefined) throw await unknownCommand(self, self.args[0]);
        await listSettings(context, { isJson: isJson(self) });
      });
    addGet(config, context);
    addSet(config, context);
    addUnset(config, context);
    addHelpCommand(config);
    addExamples(config, {
      "commons config": "every setting: value, where it comes from, meaning",
      "commons config get engine.port": "one value",
      "commons config set hub.idleMinutes 60": "keep it in your settings file",
      "commons config unset hub.idleMinutes": "back to the default",
    });
  },
};

function addGet(config: Command, context: CliContext): void {
  const command = config
    .command("get")
    .description("print the value of a setting; empty when it has none")
    .argument("<name>", "setting");
  addJsonOption(command).action(async (name: string, _options: unknown, self: Command) => {
    const { requireSettingName, settingRows } = await import("../setting-rows.ts");
    const wanted = requireSettingName(name);
    const loaded = await inspectForCommand(context);
    await warn(context, loaded.problems, { isJson: isJson(self) });
    const row = settingRows(loaded).find((candidate) => candidate.name === wanted);
    if (isJson(self)) printJson(context, row);
    else context.stdout.line(String(row?.value ?? ""));
  });
  addExamples(command, { "commons config get hub.idleMinutes --json": "with its origin, variable and meaning" });
}

function addSet(config: Command, context: CliContext): void {
  const command = config
    .command("set")
    .description("set a value in your settings file")
    .argument("<name>", "setting")
    .argument("<value>", "value");
  addJsonOption(command).action(async (name: string, value: string, _options: unknown, self: Command) => {
    const { requireSettingName } = await import("../setting-rows.ts");
    const { parseSetting } = await import("../../config/load-settings.ts");
    const wanted = requireSettingName(name);
    const parsed = parseSetting(wanted, value, { layer: "command" });
    await change(context, { name: wanted, value: parsed, isJson: isJson(self) });
  });
  addExamples(command, {
    "commons config set engine.port 8010": "the next hub lets ChromaDB listen there",
    'commons config set chroma.headers "x-chroma-token: KEY"': "headers are never shown again",
  });
}

function addUnset(config: Command, context: CliContext): void {
  const command = config
    .command("unset")
    .description("remove a value from your settings file")
    .argument("<name>", "setting");
  addJsonOption(command).action(async (name: string, _options: unknown, self: Command) => {
    const { requireSettingName } = await import("../setting-rows.ts");
    const { environment, homePaths } = await import("../../config/load-settings.ts");
    const { readSettingsFile } = await import("../../config/settings-file.ts");
    const isStored = Object.hasOwn(readSettingsFile(homePaths(environment()).configFile), name);
    // A name that is no setting can still stand in the file, and must be removable.
    const wanted = isStored ? name : requireSettingName(name);
    await change(context, { name: wanted, value: undefined, isJson: isJson(self) });
  });
  addExamples(command, { "commons config unset engine.port": "back to the default" });
}

/** `--json` may stand before or after the subcommand. */
function isJson(command: Command): boolean {
  return command.optsWithGlobals<JsonOptions>().json ?? false;
}

async function inspectForCommand({ cwd }: CliContext) {
  const { environment, homePaths, inspectSettings } = await import("../../config/load-settings.ts");
  const env = environment();
  return inspectSettings({ env, userFile: homePaths(env).configFile, projectDirectory: cwd });
}

async function warn(
  { stderr }: CliContext,
  problems: readonly CommonsError[],
  options: { readonly isJson: boolean },
): Promise<void> {
  const { printWarning } = await import("../failure.ts");
  for (const problem of problems) printWarning(stderr, problem, options);
}

async function listSettings(context: CliContext, { isJson: asJson }: { readonly isJson: boolean }): Promise<void> {
  const { environment, homePaths } = await import("../../config/load-settings.ts");
  const { settingRows, valueText } = await import("../setting-rows.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { wrapped } = await import("../output/wrapped.ts");
  const { stdout } = context;
  const loaded = await inspectForCommand(context);
  const rows = settingRows(loaded);
  const file = homePaths(environment()).configFile;
  if (asJson) {
    printJson(context, { file, settings: rows, problems: loaded.problems.map((problem) => problem.toWire()) });
    return;
  }
  for (const row of rows) {
    const { name, origin, env, description } = row;
    stdout.line(
      `${stdout.style("bold", name)} = ${printableLine(valueText(row))}  ${stdout.style("dim", `(${origin}; ${env})`)}`,
    );
    for (const line of wrapped(description, 4)) stdout.line(line);
  }
  stdout.line(`\nYour settings file: ${file}`);
  await warn(context, loaded.problems, { isJson: false });
}

async function change(
  context: CliContext,
  { name, value, isJson: asJson }: { name: string; value: unknown; isJson: boolean },
): Promise<void> {
  const { environment, homePaths } = await import("../../config/load-settings.ts");
  const { changeSetting } = await import("../config-file.ts");
  const { settingRows, valueText } = await import("../setting-rows.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const file = homePaths(environment()).configFile;
  await changeSetting(file, name, value);
  const loaded = await inspectForCommand(context);
  const row = settingRows(loaded).find((candidate) => candidate.name === name);
  const restart = await hubToRestart(row?.scope === "hub");
  await warn(context, loaded.problems, { isJson: asJson });
  if (asJson) {
    printJson(context, { file, setting: row ?? null, hubToRestart: restart });
    return;
  }
  const { stdout } = context;
  stdout.line(
    row === undefined
      ? printableLine(`${name} is no longer in ${file}.`)
      : printableLine(`${name} is now ${valueText(row)} (${row.origin}).`),
  );
  if (value !== undefined && row?.origin === "env")
    stdout.line(`${row.env} in the environment wins over your file; remove it there.`);
  if (value !== undefined && row?.origin === "project")
    stdout.line("The directory's .commons.json wins over your file here.");
  if (restart !== null) stdout.line(`The running hub (pid ${restart}) takes it after a restart: commons hub stop`);
}

/** Pid of the running hub when it must be restarted for the change, else null. */
async function hubToRestart(isHubSetting: boolean): Promise<number | null> {
  if (!isHubSetting) return null;
  const { withHubProcess } = await import("../hub-access.ts");
  return withHubProcess(async ({ client }) => (await client.greet())?.pid ?? null);
}
