import { toPosixOn } from "./relative-path.ts";

/** A form in which a path is not taken, and what to give instead. */
export interface PathFault {
  readonly fact: string;
  readonly hint?: string;
}

const maxPathBytes = 4_096;
const relativeHint = "Give a path relative to the workspace, for example src/index.ts.";
const urlForm = /^\s*(file:|[a-z][a-z0-9+.-]+:\/\/)/i;
// Names that Windows gives to devices in every directory, also with an extension: learn.microsoft.com, "Naming Files".
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(\..*|:.*)?$/i;

/**
 * What is wrong with the form of a path, before any look at the disk; null: nothing. Escapes (`%2e`), lookalikes of dots and slashes, and
 * names that begin with "-" are plain names: nothing here decodes them. `roots`: the directories that may be read.
 */
export function pathFault(
  input: string,
  { platform, roots }: { readonly platform: NodeJS.Platform; readonly roots: readonly string[] },
): PathFault | null {
  if (input === "")
    return { fact: "The path is empty.", hint: 'Give ".", which is the whole workspace, or a path in it.' };
  if (Buffer.byteLength(input) > maxPathBytes)
    return { fact: `The path has more than ${maxPathBytes} bytes: no system has such a file.` };
  if (input.includes("\0")) return { fact: "A path may not contain a NUL character." };
  if (urlForm.test(input)) return { fact: "A URL is not a path.", hint: relativeHint };
  return platform === "win32" ? windowsFault(input, roots) : null;
}

/** Forms that Windows reads as something else than a path of names. 8.3 names are none: the real path holds the long one. */
function windowsFault(input: string, roots: readonly string[]): PathFault | null {
  const path = toPosixOn("win32", input);
  const isNamedRoot = roots.some((root) => path.toLowerCase().startsWith(toPosixOn("win32", root).toLowerCase()));
  if (path.startsWith("//") && !isNamedRoot)
    return { fact: "A device path or a network share is not taken.", hint: relativeHint };
  if (/^[a-z]:(?!\/)/i.test(path))
    return { fact: "A drive letter without a slash names the drive's current directory.", hint: relativeHint };
  const names = path.replace(/^[a-z]:/i, "").split("/");
  if (names.some((name) => deviceName.test(name)))
    return { fact: "The path holds the name of a Windows device.", hint: relativeHint };
  if (names.some((name) => name.includes(":")))
    return { fact: "The path names an alternate data stream.", hint: "Name the file itself, without the colon." };
  if (names.some((name) => name !== "." && name !== ".." && /[. ]$/.test(name)))
    return { fact: "Windows drops dots and blanks at the end of a name.", hint: "Name the file without them." };
  return null;
}

/**
 * `isInside` for what is refused: on systems whose disks usually tell no case from another, names that differ in case alone are one. What is
 * allowed is compared exactly.
 */
export function mayBeInside(root: string, path: string, platform: NodeJS.Platform): boolean {
  const fold = (text: string): string => {
    const plain = toPosixOn(platform, text).replace(/(?<=.)\/+$/, "");
    return platform === "win32" || platform === "darwin" ? plain.normalize("NFC").toLowerCase() : plain;
  };
  const [outer, inner] = [fold(root), fold(path)];
  return inner === outer || inner.startsWith(outer === "/" ? outer : `${outer}/`);
}

const plainName = /^[\w.+@~-]*[\w+@~-]$/;
// What HFS+ leaves out when it compares names (git's own check, `is_hfs_dotgit`), and marks that print as nothing.
const unseen = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]/g;

/**
 * A name as any system may take it: without case, marks that some file systems pass over, a data stream, and dots and blanks at its end.
 * For rules that must hold however a name is written; never for opening a file.
 */
export function loosestName(name: string): string {
  if (plainName.test(name)) return name.toLowerCase();
  const plain = name.replaceAll(unseen, "").normalize("NFKC").toLowerCase();
  const whole = plain.replace(/::?\$(data|index_allocation).*$/, "").replace(/[. ]+$/, "");
  return whole === "" ? plain : whole;
}

/** Whether some system takes the name for `.git`, also by its short form `git~1`. */
export function isGitName(name: string): boolean {
  return name === ".git" || (name.length <= 40 && /^(\.git|git~\d)$/.test(loosestName(name)));
}
