import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CommonsError } from "../core/errors.ts";
import { bindingPackage, chooseBinding, type BindingChoice, type InstalledBinding } from "./binding-choice.ts";
import { patchBinding } from "./elf-patch.ts";
import { fetchPackage, type NpmCommand } from "./npm-fetch.ts";

/** A Chroma server that this machine's loader should accept. */
export interface ReadyBinding {
  /** The `.node` file to load. */
  readonly file: string;
  /** The installed file it was made from; the same unless patched. */
  readonly originalFile: string;
  /** Version of the binding's package: the server itself says 1.0.0 whatever it is. */
  readonly version: string;
}

export interface BindingOptions {
  /** The state directory of the engine; copies go to `bin/`, fetched packages to `bindings/`. */
  readonly directory: string;
  /** A file or URL from which `chromadb` can be resolved. */
  readonly resolveFrom: string | URL;
  readonly npm: NpmCommand;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** From `systemGlibc()`. */
  readonly glibc: string | null | undefined;
  /** `originalFile`s that were started and did not load. */
  readonly failedFiles: readonly string[];
  readonly signal: AbortSignal;
  /** What is being fetched, for people. */
  readonly onProgress: (detail: string) => void;
}

/** glibc's version at run time, null on a Linux without glibc (musl), undefined on other systems. */
export function systemGlibc(): string | null | undefined {
  if (process.platform !== "linux") return undefined;
  const report: unknown = process.report?.getReport();
  if (typeof report !== "object" || report === null || !("header" in report)) return null;
  const { header } = report;
  if (typeof header !== "object" || header === null || !("glibcVersionRuntime" in header)) return null;
  return typeof header.glibcVersionRuntime === "string" ? header.glibcVersionRuntime : null;
}

/** Makes a binding ready: finds, patches or fetches it. Errors: ENGINE_UNSUPPORTED with the reason; the signal's reason. */
export async function prepareBinding(options: BindingOptions): Promise<ReadyBinding> {
  let installFailure: string | null = null;
  // Each round installs at most one package: the current one, then the old one.
  for (let round = 0; round < 4; round++) {
    options.signal.throwIfAborted();
    const choice = await decide(options, installFailure);
    if (choice.kind === "direct") {
      return { file: choice.binding.file, originalFile: choice.binding.file, version: choice.binding.version };
    }
    if (choice.kind === "patched") return patchedCopy(options.directory, choice);
    if (choice.kind === "unsupported") throw unsupported(choice.reason);
    installFailure = await install(options, choice);
  }
  throw unsupported("no server for this system could be made ready");
}

async function decide(options: BindingOptions, installFailure: string | null): Promise<BindingChoice> {
  const { platform, arch, glibc, failedFiles } = options;
  const name = bindingPackage(platform, arch);
  const installed = name === null ? [] : await installedBindings(options, name);
  // Streamed: a binding is 53 MB, which the hub would hold for long. Only Linux ever needs a patched copy.
  const hashes = new Map<string, string>();
  if (platform === "linux") for (const { file } of installed) hashes.set(file, await hashFile(file));
  return chooseBinding({
    platform,
    arch,
    glibc,
    installed,
    failedFiles,
    installFailure,
    sha256: (binding) => hashes.get(binding.file) ?? "",
  });
}

async function install(options: BindingOptions, choice: { package: string; version: string }): Promise<string | null> {
  const { npm, signal, onProgress } = options;
  const label = `${choice.package} ${choice.version}`;
  onProgress(`Fetching ${label} from npm.`);
  try {
    await fetchPackage({
      ...choice,
      directory: join(options.directory, "bindings", `${choice.package}-${choice.version}`),
      npm,
      signal,
      onLine: (line) => onProgress(`Fetching ${label} from npm: ${line.slice(0, 200)}`),
    });
    return null;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

/** The binding that came with `chromadb`, then the ones fetched into the state directory. */
async function installedBindings(options: BindingOptions, name: string): Promise<InstalledBinding[]> {
  const fetchedRoot = join(options.directory, "bindings");
  const fetched = existsSync(fetchedRoot)
    ? (await readdir(fetchedRoot)).filter((entry) => !entry.endsWith(".partial"))
    : [];
  const directories = [
    bundledDirectory(options.resolveFrom, name),
    ...fetched.map((entry) => join(fetchedRoot, entry, "node_modules", name)),
  ];
  const found: InstalledBinding[] = [];
  for (const directory of directories) {
    if (directory === null || !existsSync(join(directory, "package.json"))) continue;
    const manifest: unknown = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    if (typeof manifest !== "object" || manifest === null || !("version" in manifest) || !("main" in manifest))
      continue;
    const file = join(directory, String(manifest.main));
    if (existsSync(file)) found.push({ package: name, version: String(manifest.version), file });
  }
  return found;
}

function bundledDirectory(resolveFrom: string | URL, name: string): string | null {
  const require = createRequire(resolveFrom);
  try {
    // The binding is a dependency of chromadb: package managers with strict layouts show it to chromadb only.
    return dirname(createRequire(require.resolve("chromadb")).resolve(`${name}/package.json`));
  } catch {
    // Optional dependencies may be absent: not an error here, the choice goes on without it.
    return null;
  }
}

async function patchedCopy(
  directory: string,
  choice: { binding: InstalledBinding; sha256: string },
): Promise<ReadyBinding> {
  const { binding, sha256 } = choice;
  const file = join(directory, "bin", `${binding.package}-${binding.version}-${sha256.slice(0, 8)}.node`);
  const ready = { file, originalFile: binding.file, version: binding.version };
  if (existsSync(file) && (await hashFile(file)) === sha256) return ready;
  const patched = patchBinding(await readFile(binding.file));
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const partial = `${file}.${process.pid}.partial`;
  const handle = await open(partial, "w", 0o600);
  try {
    await handle.writeFile(patched);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(partial, 0o500);
  await rename(partial, file);
  if ((await hashFile(file)) !== sha256) throw unsupported(`the patched copy ${file} is not what was written`);
  return ready;
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

function unsupported(reason: string): CommonsError {
  return new CommonsError("ENGINE_UNSUPPORTED", `ChromaDB cannot run here: ${reason}.`, {
    hint: "All else works without it. To have it, set COMMONS_CHROMA_URL to a ChromaDB server, for example one in Docker.",
  });
}
