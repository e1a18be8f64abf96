import type { Command } from "commander";
import { addExamples, addJsonOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { SettingName } from "../../config/settings.ts";

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
      .action((options: JsonOptions, self: Command) =>
        self.args.length > 0 ? refuseUnknown(self) : listSettings(context, options),
      );
    addGet(config, context);
    addSet(config, context);
    addUnset(config, context);
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
  command.action(async (name: string, _options: unknown, self: Command) => {
    const { requireSettingName, settingRows } = await import("../setting-rows.ts");
    const wanted = requireSettingName(name);
    const row = settingRows(await loadForCommand(context)).find((candidate) => candidate.name === wanted);
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
  command.action(async (name: string, value: string, _options: unknown, self: Command) => {
    const { requireSettingName } = await import("../setting-rows.ts");
    const { parseSetting } = await import("../../config/load-settings.ts");
    const wanted = requireSettingName(name);
    await change(context, { name: wanted, value: parseSetting(wanted, value, "user"), isJson: isJson(self) });
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
  command.action(async (name: string, _options: unknown, self: Command) => {
    const { requireSettingName } = await import("../setting-rows.ts");
    await change(context, { name: requireSettingName(name), value: undefined, isJson: isJson(self) });
  });
  addExamples(command, { "commons config unset engine.port": "back to the default" });
}

/** With an action of its own, `config` would call a mistyped subcommand an excess argument. */
async function refuseUnknown(config: Command): Promise<never> {
  const { nearestNames } = await import("../../core/collection-name.ts");
  const { CommonsError } = await import("../../core/errors.ts");
  const name = config.args[0] ?? "";
  const nearest = nearestNames(
    name,
    config.commands.map((command) => command.name()),
    1,
  )[0];
  throw new CommonsError("INPUT_INVALID", `Unknown command 'config ${name}'.`, {
    hint: nearest === undefined ? "Add --help to see which there are." : `Did you mean config ${nearest}?`,
  });
}

/** `--json` may stand before or after the subcommand. */
function isJson(command: Command): boolean {
  return command.optsWithGlobals<JsonOptions>().json ?? false;
}

async function loadForCommand({ cwd }: CliContext) {
  const { environment, homePaths, loadSettings } = await import("../../config/load-settings.ts");
  const env = environment();
  return loadSettings({ env, userFile: homePaths(env).configFile, projectDirectory: cwd });
}

async function listSettings(context: CliContext, options: JsonOptions): Promise<void> {
  const { environment, homePaths } = await import("../../config/load-settings.ts");
  const { settingRows } = await import("../setting-rows.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { stdout } = context;
  const rows = settingRows(await loadForCommand(context));
  const file = homePaths(environment()).configFile;
  if (options.json) {
    printJson(context, { file, settings: rows });
    return;
  }
  for (const { name, value, origin, env, description } of rows) {
    stdout.line(
      `${stdout.style("bold", name)} = ${printableLine(String(value ?? "(none)"))}  ${stdout.style("dim", `(${origin}; ${env})`)}`,
    );
    stdout.line(`    ${description}`);
  }
  stdout.line(`\nYour settings file: ${file}`);
}

async function change(
  context: CliContext,
  { name, value, isJson: asJson }: { name: SettingName; value: unknown; isJson: boolean },
): Promise<void> {
  const { environment, homePaths } = await import("../../config/load-settings.ts");
  const { changeSetting } = await import("../config-file.ts");
  const { settingRows } = await import("../setting-rows.ts");
  const file = homePaths(environment()).configFile;
  await changeSetting(file, name, value);
  const row = settingRows(await loadForCommand(context)).find((candidate) => candidate.name === name);
  const restart = await hubToRestart(context, row?.scope === "hub");
  if (asJson) {
    printJson(context, { file, setting: row, hubToRestart: restart });
    return;
  }
  const { stdout } = context;
  stdout.line(`${name} is now ${String(row?.value ?? "(none)")} (${row?.origin ?? "default"}).`);
  if (value !== undefined && row?.origin === "env")
    stdout.line(`${row.env} in the environment wins over your file; remove it there.`);
  if (value !== undefined && row?.origin === "project")
    stdout.line("The directory's .commons.json wins over your file here.");
  if (restart !== null) stdout.line(`The running hub (pid ${restart}) takes it after a restart: commons hub stop`);
}

/** Pid of the running hub when it must be restarted for the change, else null. */
async function hubToRestart({ cwd }: CliContext, isHubSetting: boolean): Promise<number | null> {
  if (!isHubSetting) return null;
  const { withHub } = await import("../hub-access.ts");
  return withHub({ cwd }, async ({ client }) => (await client.greet())?.pid ?? null);
}
