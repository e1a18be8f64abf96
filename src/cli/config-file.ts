import { open, rename, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { acquireFileLock, type FileLock } from "../config/file-lock.ts";
import { readSettingsFile } from "../config/settings-file.ts";
import { homeFailure } from "../config/state-directory.ts";
import { CommonsError } from "../core/errors.ts";

const lockTimeoutMs = 5_000;

/**
 * Changes one value of the user's settings file; undefined removes it. Other entries stay as they are, wrong ones too. Two changes at
 * once both take effect. Errors: SETTING_INVALID when the file holds no settings, HOME_UNUSABLE, DISK_FULL.
 */
export async function changeSetting(file: string, name: string, value: unknown): Promise<void> {
  const lock = await waitForLock(`${file}.lock`);
  try {
    const { [name]: _old, ...others } = readSettingsFile(file);
    await writeWhole(file, `${JSON.stringify(value === undefined ? others : { ...others, [name]: value }, null, 2)}\n`);
  } finally {
    lock.close();
  }
}

async function waitForLock(path: string): Promise<FileLock> {
  const deadline = performance.now() + lockTimeoutMs;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== null) return lock;
    if (performance.now() > deadline)
      throw new CommonsError("INTERNAL", `Another command holds ${path}.`, { hint: "Try again." });
    await delay(20);
  }
}

function tryLock(path: string): FileLock | null {
  try {
    return acquireFileLock(path);
  } catch (error) {
    throw homeFailure(path, error);
  }
}

/** Only the owner may read it: headers of an external ChromaDB hold keys. */
async function writeWhole(file: string, content: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw homeFailure(file, error);
  }
}
