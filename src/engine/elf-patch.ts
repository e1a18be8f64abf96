import { createHash } from "node:crypto";

/** One binding that may be patched: sha256 of the original file and of the one correct result, hex. */
export interface PatchableBinding {
  readonly package: string;
  readonly version: string;
  readonly original: string;
  readonly patched: string;
}

/** The originals whose patched copy was tried; see docs/decisions/0001-patched-chroma-binding.md before adding one. */
export const patchableBindings: readonly PatchableBinding[] = [
  {
    package: "chromadb-js-bindings-linux-x64-gnu",
    version: "1.3.4",
    original: "b770770984cef8bbc3ee7738f290baefaed5359acda23dea5c5f6f7307860063",
    patched: "fa46d608ea77f8df635da51468412737415501b544897c2b0b842d37a8abddbc",
  },
];

/** The oldest glibc that the patched copies load on, as [major, minor]. */
export const patchedGlibc = [2, 34] as const;

export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Returns a copy of a Chroma binding that loads on glibc 2.34 to 2.38; the input is not changed. Throws when the input's sha256 is
 * not in the list or the result's is not the expected one.
 *
 * An ELF file says in `.gnu.version_r` which symbol versions it needs of each library. Every entry (Elf64_Vernaux) has a flag
 * VER_FLG_WEAK: with it the loader accepts a library that lacks the version. The symbols (Elf64_Sym in `.dynsym`) name their version
 * through the parallel array `.gnu.version`. The binding's two symbols of GLIBC_2.39 (pidfd_*) are weak and tested before use. Its
 * two of GLIBC_2.38 are `__isoc23_strtol` and `__isoc23_sscanf`: the file's name string is entered behind the prefix `__isoc23_`, and
 * the version set to GLIBC_2.2.5, which every x86-64 glibc has. Six bytes change.
 */
export function patchBinding(original: Uint8Array): Uint8Array {
  const sum = sha256Hex(original);
  const known = patchableBindings.find((binding) => binding.original === sum);
  if (known === undefined) throw new Error(`No known Chroma binding: sha256 ${sum}. It is left as it is.`);
  const patched = lowerGlibc(original, patchedGlibc);
  const result = sha256Hex(patched);
  if (result !== known.patched) throw new Error(`The patched binding has sha256 ${result}, expected ${known.patched}.`);
  return patched;
}

const prefix = "__isoc23_";
const weakFlag = 2;
const symbolBytes = 24;
const weakBinding = 2;
const sectionTypes = { dynamicSymbols: 11, versionNeeds: 0x6ffffffe, symbolVersions: 0x6fffffff } as const;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

interface VersionNeed {
  readonly index: number;
  readonly name: string;
  readonly library: string;
  readonly flagsOffset: number;
}

function lowerGlibc(original: Uint8Array, newest: readonly [number, number]): Uint8Array {
  const file = Buffer.from(original);
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1)
    throw new Error("No 64-bit little-endian ELF file.");
  const sections = readSections(file);
  const symbols = sectionOf(sections, sectionTypes.dynamicSymbols);
  const versions = sectionOf(sections, sectionTypes.symbolVersions);
  const strings = sections[symbols.link];
  if (strings === undefined) throw new Error("The dynamic symbols have no string table.");
  const text = (offset: number): string =>
    file.toString("latin1", strings.offset + offset, file.indexOf(0, strings.offset + offset));

  const needs = readVersionNeeds(file, sectionOf(sections, sectionTypes.versionNeeds), text);
  const tooNew = needs.filter((need) => isNewer(need.name, newest));
  const base = needs.find((need) => need.name === "GLIBC_2.2.5" && need.library === "libc.so.6");
  if (base === undefined) throw new Error("The file does not use GLIBC_2.2.5.");

  for (let index = 1; index < symbols.size / symbolBytes; index++) {
    const symbol = symbols.offset + index * symbolBytes;
    const version = versions.offset + index * 2;
    const need = tooNew.find((candidate) => candidate.index === (file.readUInt16LE(version) & 0x7fff));
    if (need === undefined || file.readUInt8(symbol + 4) >> 4 === weakBinding) continue;
    const nameOffset = file.readUInt32LE(symbol);
    if (!text(nameOffset).startsWith(prefix))
      throw new Error(`${text(nameOffset)} of ${need.name} has no older equal.`);
    file.writeUInt32LE(nameOffset + prefix.length, symbol);
    file.writeUInt16LE(base.index, version);
  }
  for (const need of tooNew) file.writeUInt16LE(file.readUInt16LE(need.flagsOffset) | weakFlag, need.flagsOffset);
  return file;
}

/** Elf64_Ehdr: e_shoff at 40, e_shentsize at 58, e_shnum at 60; then the Elf64_Shdr table. */
function readSections(file: Buffer): Section[] {
  const table = Number(file.readBigUInt64LE(40));
  const entryBytes = file.readUInt16LE(58);
  return Array.from({ length: file.readUInt16LE(60) }, (_, index) => {
    const entry = table + index * entryBytes;
    return {
      type: file.readUInt32LE(entry + 4),
      offset: Number(file.readBigUInt64LE(entry + 24)),
      size: Number(file.readBigUInt64LE(entry + 32)),
      link: file.readUInt32LE(entry + 40),
      info: file.readUInt32LE(entry + 44),
    };
  });
}

function sectionOf(sections: readonly Section[], type: number): Section {
  const section = sections.find((candidate) => candidate.type === type);
  if (section === undefined) throw new Error(`The file has no section of type ${type.toString(16)}.`);
  return section;
}

/** `.gnu.version_r`: a chain of Elf64_Verneed (one per library), each with a chain of Elf64_Vernaux (one per version). */
function readVersionNeeds(file: Buffer, section: Section, text: (offset: number) => string): VersionNeed[] {
  const needs: VersionNeed[] = [];
  let need = section.offset;
  for (let left = section.info; left > 0; left--) {
    const library = text(file.readUInt32LE(need + 4));
    let aux = need + file.readUInt32LE(need + 8);
    for (let versions = file.readUInt16LE(need + 2); versions > 0; versions--) {
      needs.push({
        index: file.readUInt16LE(aux + 6),
        name: text(file.readUInt32LE(aux + 8)),
        library,
        flagsOffset: aux + 4,
      });
      aux += file.readUInt32LE(aux + 12);
    }
    need += file.readUInt32LE(need + 12);
  }
  return needs;
}

function isNewer(version: string, [major, minor]: readonly [number, number]): boolean {
  const match = /^GLIBC_(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const own = [Number(match[1]), Number(match[2])] as const;
  return own[0] > major || (own[0] === major && own[1] > minor);
}
