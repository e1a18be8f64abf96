import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { expectedAt, type Candidate, type Expected } from "./candidates.ts";

/** How long a shell waits for names that the hub knows: a person has pressed a key. */
const patienceMs = 120;
const maxCandidates = 500;

// What every shell takes as one word, without quotes. Other names are typed.
const plainWord = /^[\w.@%+:,/=-]+$/;

/** Lines for a shell, one for each candidate that begins as the last word does. Never throws: a shell has nowhere to show an error. */
export async function completionLines(
  program: Command,
  words: readonly string[],
  context: CliContext,
): Promise<string[]> {
  const expected = expectedAt(program, words);
  if (expected.kind === "files") return [":files"];
  return linesOf(await candidatesOf(expected, context).catch(() => []), words.at(-1) ?? "");
}

async function candidatesOf(expected: Expected, context: CliContext): Promise<readonly Candidate[]> {
  if (expected.kind === "words") return expected.words;
  if (expected.kind === "values")
    return (await settingValues(expected.setting)).map((value) => ({ value, description: "" }));
  if (!("before" in expected)) return [];
  const names = await namesOf[expected.kind](context);
  return names.map((name) => ({ value: expected.before + name, description: "" }));
}

const namesOf = {
  settings: settingNames,
  agents: agentIds,
  collections: (context: CliContext) => withPatience(collectionNames(context)),
  removed: (context: CliContext) => withPatience(removedNames(context)),
  temporary: (context: CliContext) => withPatience(temporaryNames(context)),
} as const;

function linesOf(candidates: readonly Candidate[], partial: string): string[] {
  return candidates
    .filter(({ value }) => value.startsWith(partial) && plainWord.test(value))
    .slice(0, maxCandidates)
    .map(({ value, description }) => `${value}\t${description.replaceAll(/[\p{C}\s]+/gu, " ").slice(0, 80)}`);
}

/** Of the running hub; none where none runs. */
async function collectionNames({ cwd }: CliContext): Promise<string[]> {
  const { askRunningHub, withHub } = await import("../hub-access.ts");
  return withHub({ cwd, onProblem: () => undefined }, async (access) => {
    const { collections = [] } = (await askRunningHub(access, "collections.list"))?.result ?? {};
    return collections.map(({ name }) => name);
  });
}

/** Of what live agents have for themselves; of the running hub. */
async function temporaryNames({ cwd }: CliContext): Promise<string[]> {
  const { askRunningHub, withHub } = await import("../hub-access.ts");
  return withHub({ cwd, onProblem: () => undefined }, async (access) => {
    const found = (await askRunningHub(access, "collections.temporary"))?.result ?? [];
    return [...new Set(found.map(({ name }) => name))];
  });
}

/** Of collections that commons unload removed and that can be brought back; of the running hub. */
async function removedNames({ cwd }: CliContext): Promise<string[]> {
  const { withHub } = await import("../hub-access.ts");
  return withHub({ cwd, onProblem: () => undefined }, async ({ client }) => {
    if ((await client.find()) === null) return [];
    const receipts = await client.call("receipts.list", { action: "unload", isRestorable: true, limit: maxCandidates });
    return [...new Set(receipts.map(({ collection }) => collection))];
  });
}

async function agentIds(): Promise<string[]> {
  const { clientAdapters } = await import("../../setup/clients/registry.ts");
  return clientAdapters.map(({ id }) => id);
}

/** The words of its description that it takes, where it does not take any word. */
async function settingValues(name: string): Promise<string[]> {
  const { settingSpecs } = await import("../../config/settings.ts");
  const spec = Object.entries(settingSpecs).find(([each]) => each === name)?.[1];
  if (spec === undefined || spec.schema.safeParse("no-such-word").success) return [];
  // In capitals stands what is to be filled in.
  const words = (spec.legal.match(/(?<![\w:./-])[a-z][\w.:-]*/g) ?? []).filter((word) => word === word.toLowerCase());
  return [...new Set(words)].filter((word) => spec.schema.safeParse(word).success);
}

async function settingNames(): Promise<string[]> {
  const { settingNames: all } = await import("../../config/load-settings.ts");
  return [...all()];
}

/** Nothing where the hub is slow: the process ends right after, whatever still runs. */
async function withPatience(names: Promise<string[]>): Promise<string[]> {
  return Promise.race([names, new Promise<string[]>((resolve) => setTimeout(() => resolve([]), patienceMs))]);
}
