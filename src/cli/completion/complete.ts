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
  if (expected.kind !== "collections" && expected.kind !== "settings") return [];
  const names = expected.kind === "settings" ? settingNames() : withPatience(collectionNames(context));
  return (await names).map((name) => ({ value: expected.before + name, description: "" }));
}

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

async function settingNames(): Promise<string[]> {
  const { settingNames: all } = await import("../../config/load-settings.ts");
  return [...all()];
}

/** Nothing where the hub is slow: the process ends right after, whatever still runs. */
async function withPatience(names: Promise<string[]>): Promise<string[]> {
  return Promise.race([names, new Promise<string[]>((resolve) => setTimeout(() => resolve([]), patienceMs))]);
}
