import { patchableBindings, patchedGlibc } from "./elf-patch.ts";

/** A binding package that is on this disk. */
export interface InstalledBinding {
  readonly package: string;
  readonly version: string;
  /** The `.node` file. */
  readonly file: string;
}

/** What the choice depends on. */
export interface BindingFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** glibc's version such as "2.36"; null on musl; undefined where the system is not Linux. */
  readonly glibc: string | null | undefined;
  readonly installed: readonly InstalledBinding[];
  /** sha256 of an installed `.node` file, hex; asked only when a patch comes into question. */
  readonly sha256: (binding: InstalledBinding) => string;
  /** Files that were tried on this machine and did not load. */
  readonly failedFiles: readonly string[];
  /** Whether a fetch from npm failed a moment ago, with the reason. */
  readonly installFailure: string | null;
}

export type BindingChoice =
  | { readonly kind: "direct"; readonly binding: InstalledBinding }
  /** A patched copy of the binding; `sha256` is the copy's. */
  | { readonly kind: "patched"; readonly binding: InstalledBinding; readonly sha256: string }
  | { readonly kind: "install"; readonly package: string; readonly version: string }
  | { readonly kind: "unsupported"; readonly reason: string };

const currentBindingVersion = "1.3.4";
/** The last binding that asks for nothing newer than glibc 2.34; 109 MB to download. */
const oldBindingVersion = "1.0.3";

/** The npm package with Chroma's server for a platform, or null. */
export function bindingPackage(platform: NodeJS.Platform, arch: string): string | null {
  const suffix: Record<string, string> = { darwin: "", linux: "-gnu", win32: "-msvc" };
  const known = suffix[platform];
  if (known === undefined || !["x64", "arm64"].includes(arch)) return null;
  return `chromadb-js-bindings-${platform}-${arch}${known}`;
}

/**
 * Picks how Chroma's server runs here. Order on Linux with glibc 2.34 to 2.38: a patched copy of the current binding, then binding
 * 1.0.3 from npm. Pure: asks the facts and nothing else.
 */
export function chooseBinding(facts: BindingFacts): BindingChoice {
  const name = bindingPackage(facts.platform, facts.arch);
  if (name === null) return unsupported(`Chroma has no server for ${facts.platform} on ${facts.arch}`);
  if (facts.glibc === null) return unsupported("Chroma has no server for musl (Alpine)");
  if (facts.glibc === undefined || isAtLeast(facts.glibc, [2, 39]))
    return loadOrInstall(facts, name, currentBindingVersion);
  if (!isAtLeast(facts.glibc, patchedGlibc)) {
    return unsupported(`Chroma's server needs glibc ${patchedGlibc.join(".")} and this system has ${facts.glibc}`);
  }
  return choosePatched(facts, name) ?? loadOrInstall(facts, name, oldBindingVersion);
}

function choosePatched(facts: BindingFacts, name: string): BindingChoice | null {
  const candidates = facts.installed.filter(
    (binding) =>
      binding.package === name && binding.version !== oldBindingVersion && !facts.failedFiles.includes(binding.file),
  );
  for (const binding of candidates) {
    const original = facts.sha256(binding);
    const listed = patchableBindings.find((known) => known.package === name && known.original === original);
    if (listed !== undefined) return { kind: "patched", binding, sha256: listed.patched };
  }
  // Installed without its optional packages: the current binding is the smaller download, so it comes before the old one.
  const isListed = patchableBindings.some((known) => known.package === name && known.version === currentBindingVersion);
  const wasTried = facts.installed.some(
    (binding) => binding.package === name && binding.version === currentBindingVersion,
  );
  if (!isListed || wasTried || facts.installFailure !== null) return null;
  return { kind: "install", package: name, version: currentBindingVersion };
}

/** Below glibc 2.39 only the old version loads as it is; elsewhere any installed one. */
function loadOrInstall(facts: BindingFacts, name: string, version: string): BindingChoice {
  const mayLoad = (binding: InstalledBinding): boolean =>
    binding.package === name &&
    (version === currentBindingVersion || binding.version === version) &&
    !facts.failedFiles.includes(binding.file);
  const binding = facts.installed.find(mayLoad);
  if (binding !== undefined) return { kind: "direct", binding };
  if (facts.installed.some((other) => other.package === name && other.version === version)) {
    return unsupported(`the Chroma server ${name} ${version} does not load`);
  }
  if (facts.installFailure !== null)
    return unsupported(`${name} ${version} could not be fetched: ${facts.installFailure}`);
  return { kind: "install", package: name, version };
}

function unsupported(reason: string): BindingChoice {
  return { kind: "unsupported", reason };
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
