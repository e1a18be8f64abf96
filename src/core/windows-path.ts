const windowsForm = /^(?:[a-z]:[\\/]|\\\\)/i;

/**
 * What an identity is made of: a path of Windows, wherever it is read (a container is told its host's), in one spelling; every other as it
 * is.
 */
export function identityOfPath(path: string): string {
  return windowsForm.test(path) ? windowsIdentity(path) : path;
}

/**
 * One spelling of an absolute Windows path: small letters, forward slashes, none at the end but a drive's, and no prefix for long paths.
 * 8.3 names stay: the system's real path has the long ones.
 */
export function windowsIdentity(path: string): string {
  const plain = path
    .replaceAll("\\", "/")
    .replace(/^\/\/[?.]\/(unc\/)?/i, (_prefix, unc: string | undefined) => (unc === undefined ? "" : "//"))
    .replaceAll(/(?<=.)\/{2,}/g, "/")
    .toLowerCase();
  return /^[a-z]:\/$/.test(plain) ? plain : plain.replace(/(?<=.)\/+$/, "");
}
