/**
 * The pinned corpus: sources of published packages, fetched with `npm pack` from whatever registry the machine's npm is set to. Each
 * archive is checked against its sha512, so that every run anywhere measures the same bytes.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "../../test/fixtures/world.ts";

interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** As `npm view NAME@VERSION dist.integrity` says. */
  readonly integrity: string;
}

interface PackageSources extends PinnedPackage {
  /** Directories of the archive that are sources; bundles and type stubs of the same code stay out. */
  readonly include: readonly string[];
  /** Inside of those: built copies of other libraries. */
  readonly exclude?: readonly string[];
}

/** JavaScript, TypeScript, C++, Kotlin, Java, Objective-C and GLSL. `small` alone has more than 5,000 files, both parts about 10,000. */
const parts = {
  small: [
    {
      name: "react-native",
      version: "0.86.0",
      integrity: "sha512-17ALh/dd6AO4pgOVmOO5Axll5PbErEo3XFyLokyzW6usyi+OShIEPwUW26wLPlhVifgSOIfECCH0WN+0IqtJ1w==",
      include: ["Libraries", "React", "ReactAndroid", "ReactCommon", "scripts", "src"],
    },
    {
      name: "three",
      version: "0.187.0",
      integrity: "sha512-Qiu7R+Cmh8CstZsY1uJOSWnVlfo7ZtNLV7mF8Jltk3LB3AtDu9cRZlcnRKkAk8Y4z6KKw35z7Y7Urd7jWY8etA==",
      include: ["src", "examples/jsm"],
      exclude: ["examples/jsm/libs"],
    },
    {
      name: "rxjs",
      version: "7.8.2",
      integrity: "sha512-dhKf903U/PQZY6boNNtAGdWbG85WAbjT/1xYoZIC7FAY0yWapOBQVsVrDl58W86//e1VpMNBtRV4MaXfdMySFA==",
      include: ["src"],
    },
    {
      name: "zod",
      version: "4.6.7",
      integrity: "sha512-g8W2D2kU6a8untc053fX1uVBKzM7yqAxW/3zwk83+6RyF2+SKOuV+c0wBDhUwzV1PaGapmZH+rmcUzPf+3CGwg==",
      include: ["src"],
    },
  ],
  more: [
    {
      name: "phaser",
      version: "3.90.0",
      integrity: "sha512-/cziz/5ZIn02uDkC9RzN8VF9x3Gs3XdFFf9nkiMEQT3p7hQlWuyjy4QWosU802qqno2YSLn2BfqwOKLv/sSVfQ==",
      include: ["src"],
    },
    {
      name: "viem",
      version: "2.57.20",
      integrity: "sha512-LSvREzKT7xFXpmxW2YFJ/OtcZRkSGLp5zywSgadBf0qQCeqh2+FxHHWyrS2zEG7ZfBWQQvk8HI1i4HPzSMD14g==",
      include: ["account-abstraction", "accounts", "actions", "chains", "clients", "op-stack", "utils", "zksync"],
    },
    {
      name: "svelte",
      version: "5.57.3",
      integrity: "sha512-5mAftM3SoDV9X0zdF386F9p2pv8iKOwi/KfBS1XnBAkVCKFzVOLHUoa8iGWAt4buoicLmyWVRpuuD5wplXOQsg==",
      include: ["src"],
    },
    {
      name: "lodash-es",
      version: "4.18.1",
      integrity: "sha512-J8xewKD/Gk22OZbhpOVSwcs60zhd95ESDwezOFuA3/099925PdHJ7OFHNTGtajL3AlZkykD32HykiMo+BIBI8A==",
      include: ["."],
    },
  ],
} as const satisfies Record<string, readonly PackageSources[]>;

export type CorpusSize = "small" | "large";

export interface CorpusFacts {
  readonly packages: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

const cache = join(import.meta.dirname, "..", "..", ".cache", "corpus");

/** Copies the corpus into a directory that is not there yet, fetching what is not in the cache. `large` is both parts. */
export async function copyCorpus(size: CorpusSize, target: string): Promise<CorpusFacts> {
  const packages: readonly PackageSources[] = size === "small" ? parts.small : [...parts.small, ...parts.more];
  for (const one of packages) {
    const from = await unpackedPackage(one);
    for (const directory of one.include) {
      cpSync(join(from, directory), join(target, one.name, directory), { recursive: true });
    }
    for (const directory of one.exclude ?? []) rmSync(join(target, one.name, directory), { recursive: true });
  }
  return { packages: packages.map(({ name, version }) => `${name}@${version}`), ...countFiles(target) };
}

/** Directory of a package's whole archive in the cache. */
export async function unpackedPackage({ name, version, integrity }: PinnedPackage): Promise<string> {
  const target = join(cache, `${name}-${version}`);
  if (existsSync(target)) return target;
  const scratch = join(cache, `fetching-${process.pid}`);
  mkdirSync(scratch, { recursive: true });
  try {
    await run("npm", ["pack", "--silent", "--ignore-scripts", `${name}@${version}`], scratch);
    const archive = readdirSync(scratch).find((entry) => entry.endsWith(".tgz")) ?? "";
    const found = `sha512-${createHash("sha512")
      .update(readFileSync(join(scratch, archive)))
      .digest("base64")}`;
    if (found !== integrity) throw new Error(`${name}@${version} is another archive than the pinned one: ${found}`);
    await run("tar", ["-xzf", archive], scratch);
    renameSync(join(scratch, "package"), target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return target;
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, stderr } = await runToEnd(command, args, { cwd, env: process.env });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
}

/** Files below a directory, without those of git. */
export function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[\\/]\.git([\\/]|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function countFiles(directory: string): { files: number; bytes: number } {
  const files = filesOf(directory);
  return { files: files.length, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}
