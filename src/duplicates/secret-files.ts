import { CommonsError } from "../core/errors.ts";
import { isGitName } from "../workspace/path-form.ts";
import { isSecretName, isSecretText } from "../workspace/secret-names.ts";
import type { NamedFile } from "./opened-file.ts";

/** Errors: FILE_NOT_READABLE for a file that holds secrets by its name, and what git keeps. */
export function refuseSecretName(file: NamedFile): void {
  const slash = file.path.lastIndexOf("/");
  const directory = file.path.slice(0, Math.max(0, slash));
  if (file.path.split("/").some(isGitName) || isSecretName(nameOf(file.path), directory)) throw secret(file);
}

/** Errors: FILE_NOT_READABLE for a text that is little but a key. */
export function refuseSecretText(file: NamedFile, text: string): void {
  if (isSecretText(nameOf(file.path), text)) throw secret(file);
}

function secret({ shown }: NamedFile): CommonsError {
  return new CommonsError("FILE_NOT_READABLE", `${shown} cannot be compared: secret.`, {
    hint: "Files that hold secrets are never read, and nothing of them is told.",
    details: { path: shown },
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
