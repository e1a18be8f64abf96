import { CommonsError, systemErrorCode } from "../core/errors.ts";

const nextSteps: Readonly<Record<string, string>> = {
  EACCES: "Give yourself the right to write it and its directory, then try again.",
  EPERM: "Give yourself the right to write it and its directory, then try again.",
  EROFS: "Its disk is read-only: make the change where the file is made; --dry-run shows it.",
  ELOOP: "Its links lead in a circle: mend them, then try again.",
  ENAMETOOLONG: "Shorten the path, then try again.",
  ENOTDIR: "A file stands where a directory belongs: move it away, then try again.",
  EBUSY: "Another program holds it, or it is mounted by itself: close that program, or make the change by hand.",
};

/** An agent's file cannot be read or written: CLIENT_FILE_UNUSABLE, or DISK_FULL. */
export function fileProblem(file: string, cause: unknown): CommonsError {
  if (cause instanceof CommonsError) return cause;
  const code = systemErrorCode(cause) ?? "error";
  if (code === "ENOSPC" || code === "EDQUOT")
    return new CommonsError("DISK_FULL", `There is no room on the disk for ${file}; it is as it was.`, {
      hint: "Free some space, then try again.",
      cause,
    });
  return unusableFile(file, `cannot be used (${code})`, nextSteps[code] ?? "Look at what stands there.", cause);
}

/** `fact` goes on after the file's name. */
export function unusableFile(file: string, fact: string, nextStep: string, cause?: unknown): CommonsError {
  return new CommonsError("CLIENT_FILE_UNUSABLE", `${file} ${fact}.`, {
    hint: `${nextStep} Nothing was changed.`,
    details: { file },
    ...(cause === undefined ? {} : { cause }),
  });
}
