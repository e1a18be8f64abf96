import { asCommonsError } from "../../core/errors.ts";
import { homeDirectory } from "../../config/paths.ts";
import { clientPath, clientPlatform } from "../../setup/client-paths.ts";
import { clientAdapters } from "../../setup/clients/registry.ts";
import { hasBlock } from "../../setup/instructions-block.ts";
import { readPlainFile, resolveLinks } from "../../setup/plain-file.ts";
import { readClientFiles } from "../../setup/read-entries.ts";
import { startsThisProgram } from "../../setup/server-entry.ts";
import type { SetupRecord } from "../../setup/setup-record.ts";
import type { Undoable } from "./undo-plan.ts";

/** Where to look beside the record. */
export interface UndoSearch {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

type IsMeant = (id: string) => boolean;

/**
 * What set-up wrote for those agents (null: for all), entries of ours that it did not write, and its blocks that no record names: their
 * marks tell who wrote them. A broken file of theirs is no hindrance.
 */
export async function findUndoables(
  record: SetupRecord,
  clients: readonly string[] | null,
  search: UndoSearch,
): Promise<Undoable[]> {
  const isMeant = (id: string) => clients === null || clients.includes(id);
  const entries = record.entries.map((entry) => ({ kind: "entry" as const, entry }));
  const blocks = record.blocks.flatMap((block) => {
    const leaving = block.clients.filter(isMeant);
    return leaving.length === 0 ? [] : [{ kind: "block" as const, block, leaving }];
  });
  const unrecorded = await unrecordedEntries(record, search);
  const isSetUp = (id: string) =>
    record.entries.some(({ client }) => client === id) || unrecorded.some(({ client }) => client === id);
  return [
    ...entries.filter(({ entry }) => isMeant(entry.client)),
    ...unrecorded.filter(({ client }) => isMeant(client)),
    ...blocks,
    ...(await unrecordedBlocks(record, search, { isMeant, isSetUp })),
  ];
}

async function unrecordedEntries(
  record: SetupRecord,
  search: UndoSearch,
): Promise<Extract<Undoable, { kind: "unrecorded" }>[]> {
  const seen = new Set(record.entries.map(({ file, keys }) => placeKey(file, keys)));
  const found: Extract<Undoable, { kind: "unrecorded" }>[] = [];
  for (const { client, file, format, content } of await readClientFiles({ ...search, platform: process.platform })) {
    if (content.kind === "broken") continue;
    for (const { keys } of content.entries.filter(({ entry }) => startsThisProgram(entry))) {
      const key = placeKey(await resolveLinks(file), keys);
      if (seen.has(key)) continue;
      seen.add(key);
      found.push({ kind: "unrecorded", client: client.id, file, format, keys });
    }
  }
  return found;
}

async function unrecordedBlocks(
  record: SetupRecord,
  search: UndoSearch,
  { isMeant, isSetUp }: { readonly isMeant: IsMeant; readonly isSetUp: IsMeant },
): Promise<Undoable[]> {
  const found: Undoable[] = [];
  for (const [file, readers] of await filesWithBlock(search)) {
    if (record.blocks.some((block) => block.file === file)) continue;
    const meant = readers.filter(isMeant);
    if (meant.length === 0) continue;
    const setUp = meant.filter(isSetUp);
    const leaving = setUp.length > 0 ? setUp : meant;
    const staying = readers.filter((id) => !isMeant(id) && isSetUp(id));
    const made = { madeFile: false, madeDirectories: [], backup: null, writtenAt: 0 };
    found.push({ kind: "block", block: { ...made, file, clients: [...leaving, ...staying] }, leaving });
  }
  return found;
}

/** Files of standing instructions that have the block (links resolved), each with the ids of the agents that read it. */
async function filesWithBlock({ env, cwd }: UndoSearch): Promise<Map<string, string[]>> {
  const surroundings = { env, cwd, platform: clientPlatform(process.platform), home: homeDirectory(env) };
  const found = new Map<string, string[]>();
  for (const { id, instructions } of clientAdapters)
    for (const template of [instructions?.user ?? null, instructions?.project ?? null]) {
      const file = template === null ? null : await fileWithBlock(clientPath(template, surroundings));
      if (file !== null) found.set(file, [...new Set([...(found.get(file) ?? []), id])]);
    }
  return found;
}

async function fileWithBlock(path: string): Promise<string | null> {
  try {
    const found = await readPlainFile(path);
    return found !== null && hasBlock(found.text) ? found.file : null;
  } catch (error) {
    // What cannot be read here is no file that set-up wrote.
    if (asCommonsError(error).code === "INTERNAL") throw error;
    return null;
  }
}

function placeKey(file: string, keys: readonly string[]): string {
  return [file, ...keys].join("\0");
}
