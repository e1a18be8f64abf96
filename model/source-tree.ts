import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, sep } from "node:path";

export interface SourceFile {
  /** Below the archive's first folder, with forward slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly text: () => string;
}

/** Files of an unpacked archive; `close` deletes them. */
export interface SourceTree extends Disposable {
  readonly files: readonly SourceFile[];
}

/** Unpacks a .tgz, .tar.gz, .tar.xz, .tar.bz2 or .deb, or several over one another, to a scratch directory. Errors: those of tar. */
export function unpack(archives: readonly string[]): SourceTree {
  const root = mkdtempSync(join(tmpdir(), "model-tree-"));
  try {
    for (const [index, archive] of archives.entries()) unpackInto(archive, join(root, String(index)));
    const files = archives.flatMap((archive, index) => filesBelow(join(root, String(index)), archive.endsWith(".deb")));
    return { files, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

function unpackInto(archive: string, directory: string): void {
  execFileSync("mkdir", ["-p", directory]);
  if (archive.endsWith(".deb")) execFileSync("dpkg-deb", ["-x", archive, directory]);
  else execFileSync("tar", ["-xf", archive, "-C", directory, "--no-same-owner", "--no-same-permissions"]);
}

function filesBelow(root: string, isInstalled: boolean): SourceFile[] {
  const first = readdirSync(root);
  // Archives of sources hold one folder, whose name is the version's.
  const only = first.length === 1 && first[0] !== undefined && first[0] !== "debian" ? join(root, first[0]) : root;
  const base = !isInstalled && statSync(only).isDirectory() ? only : root;
  return filePaths(base)
    .toSorted()
    .map((path) => ({
      path: plainPath(relative(base, path).split(sep).join("/"), isInstalled),
      sizeBytes: statSync(path).size,
      text: () => readFileSync(path, "utf8").replaceAll("\r\n", "\n"),
    }));
}

/** Node's own recursion follows links to folders, and some packages link to themselves. */
function filePaths(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filePaths(path);
    return entry.isFile() ? [path] : [];
  });
}

// Where Debian installs a package says nothing of it.
const installed =
  /^usr\/(?:lib\/python3(?:\.\d+)?\/(?:dist-packages\/)?|share\/gocode\/src\/[^/]+\/[^/]+\/|share\/(?:nodejs|javascript|php|rubygems-integration\/all\/gems|cargo\/registry)\/|lib\/ruby\/(?:vendor_ruby\/)?|lib\/x86_64-linux-gnu\/)/;

function plainPath(path: string, isInstalled: boolean): string {
  return isInstalled ? path.replace(installed, "") : path;
}

/** The name of an archive's package: "left-pad" of "left-pad-1.3.0.tgz", "numpy" of "numpy_1.24.2.orig.tar.xz". */
export function packageOf(archive: string): string {
  const name = basename(archive);
  return name.endsWith(".tgz") ? name.replace(/-\d[\w.+-]*\.tgz$/, "") : (name.split("_")[0] ?? name);
}

/** Archives in a directory by package, both in the order of their names: a source has one of its authors and one of the packaging. */
export function archivesByPackage(directory: string): { name: string; archives: string[] }[] {
  const files = readdirSync(directory).filter((file) => /\.(?:tgz|deb|tar\.(?:gz|xz|bz2))$/.test(file));
  // Several binary packages are made of one source; each stands for itself.
  const groups = Map.groupBy(files.toSorted(), packageOf);
  return (
    [...groups]
      .map(([name, archives]) => ({ name, archives }))
      // The packaging alone is no source.
      .filter(({ archives }) => archives.some((file) => /\.(?:tgz|deb)$|\.orig[.-]/.test(file)))
  );
}
