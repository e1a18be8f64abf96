import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { dirname } from "node:path";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { homeFailure, makeStateDirectory } from "./state-directory.ts";

const tokenBytes = 32;
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

/** The token of the home: 43 characters of base64url; made whole when there is none, so that any number of callers at once get the same one. Errors: HOME_UNUSABLE for a file of another owner, that others may read, or that holds no token. */
export function ensureHubToken(file: string): string {
  for (;;) {
    const known = readHubToken(file);
    if (known !== null) return known;
    publish(file, (temporary) => {
      try {
        // Unlike a rename, a link never replaces the token that another process has just made.
        linkSync(temporary, file);
      } catch (error) {
        if (systemErrorCode(error) !== "EEXIST") throw error;
      } finally {
        rmSync(temporary, { force: true });
      }
    });
  }
}

/** A new token in place of the old one, which no hub takes once it has read the new one. Errors: HOME_UNUSABLE, DISK_FULL. */
export function rotateHubToken(file: string): string {
  return publish(file, (temporary) => renameSync(temporary, file));
}

/** null when there is none yet. Errors: HOME_UNUSABLE. */
export function readHubToken(file: string): string | null {
  let descriptor: number;
  try {
    // A link could lead to a file that another user may read; a pipe would wait for ever.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT") return null;
    if (code === "ELOOP" || code === "EMLINK") throw tokenProblem(file, "is a link");
    throw homeFailure(file, error);
  }
  try {
    const stat = fstatSync(descriptor);
    requirePrivate(file, stat);
    const token = stat.size > 1_000 ? "" : readFileSync(descriptor, "utf8").trim();
    if (!tokenPattern.test(token)) throw tokenProblem(file, "holds no token");
    return token;
  } finally {
    closeSync(descriptor);
  }
}

function requirePrivate(file: string, stat: Stats): void {
  if (!stat.isFile()) throw tokenProblem(file, "is no regular file");
  // Windows has neither owner nor mode here; the directory of the user's profile is private there.
  if (process.getuid === undefined) return;
  if (stat.uid !== process.getuid()) throw tokenProblem(file, "belongs to another user");
  if ((stat.mode & 0o077) !== 0)
    throw tokenProblem(file, "may be read or written by others, so that its token may be known");
}

function tokenProblem(file: string, fact: string): CommonsError {
  return new CommonsError("HOME_UNUSABLE", `The file of the hub's token, ${file}, ${fact}.`, {
    hint: "Make a new token: commons hub token --rotate",
  });
}

function publish(file: string, place: (temporary: string) => void): string {
  const token = randomBytes(tokenBytes).toString("base64url");
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    makeStateDirectory(dirname(file));
    const descriptor = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(descriptor, `${token}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    place(temporary);
    return token;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw homeFailure(file, error);
  }
}
