import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { openDocument } from "../../setup/documents/open-document.ts";
import type { FileChange } from "../../setup/file-change.ts";
import type { SetupFiles } from "../setup/setup-files.ts";

/** Set-up's own files, as if the earlier entries were not in them: what it writes then takes their place in one change. */
export interface EarlierFiles extends SetupFiles {
  /** The change as a person must see it: from the file as it stands. */
  shown(change: FileChange): FileChange;
  /** What only takes the earlier entries out of a file; null: they are not in it any more. */
  removal(file: string): Promise<FileChange | null>;
}

export function withoutEarlier(files: SetupFiles, entries: readonly EarlierEntry[]): EarlierFiles {
  const originals = new Map<string, string>();
  const shown = (change: FileChange): FileChange => ({
    ...change,
    before: originals.get(change.file) ?? change.before,
  });
  const read = async (file: string) => {
    const found = await files.read(file);
    const own = entries.filter((entry) => entry.file === file);
    if (found.text === null || own.length === 0) return found;
    originals.set(file, found.text);
    const text = own.reduce((rest, { format, keys }) => openDocument(format, rest).without(keys), found.text);
    return { ...found, text };
  };
  return {
    ...files,
    read,
    shown,
    writeEntry: (change, entry) => files.writeEntry(shown(change), entry),
    removal: async (file) => {
      const { text: before } = await files.read(file);
      const { text: after } = await read(file);
      return before === after ? null : { file, before, after };
    },
  };
}
