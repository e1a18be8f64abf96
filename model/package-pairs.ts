import { reasonAgainstCode } from "../src/extract/code.ts";
import { headingReader } from "../src/chunk/heading-readers.ts";
import { fileTypeOf } from "../src/extract/registry.ts";
import { codePairs } from "./code-pairs.ts";
import { withMembers, type DeclarationReader } from "./declarations.ts";
import { isForeignPath } from "./evaluation-packages.ts";
import {
  isPermissiveExpression,
  licenceOfText,
  manifestLicence,
  readDebianCopyright,
  type DebianCopyright,
} from "./licence.ts";
import type { Pair } from "./pair.ts";
import { prosePairs } from "./prose-pairs.ts";
import type { Origin } from "./source-list.ts";
import { unpack, type SourceFile, type SourceTree } from "./source-tree.ts";

export interface PackageReport {
  readonly name: string;
  readonly from: Origin;
  /** Null: left out, for the `reason`. */
  readonly licence: string | null;
  readonly reason?: string;
  readonly files: number;
  readonly pairs: Readonly<Record<string, number>>;
}

const maxFileBytes = 350_000;
const maxTypingsBytes = 3_000_000;
const maxTextChars = 12_000_000;
const maxFunctionPairs = 3_000;

/** Licence, files and pairs of one package. Errors: those of unpacking. */
export async function packagePairs(
  request: { name: string; from: Origin; archives: readonly string[]; isEvaluation: boolean },
  reader: DeclarationReader,
): Promise<{ pairs: Pair[]; report: PackageReport }> {
  const { name, from } = request;
  using tree = unpack(request.archives);
  const licence = request.isEvaluation ? { name: "evaluation", allows: () => true } : licenceOf(tree);
  if (typeof licence === "string")
    return { pairs: [], report: { name, from, licence: null, reason: licence, files: 0, pairs: {} } };
  const pairs: Pair[] = [];
  let [files, chars] = [0, 0];
  const seen = new Set<string>();
  for (const file of tree.files) {
    if (!isWanted(file) || !licence.allows(file.path) || chars > maxTextChars) continue;
    const text = file.text();
    if (seen.has(text)) continue;
    seen.add(text);
    chars += text.length;
    files++;
    pairs.push(...(await pairsOfFile({ path: file.path, text, isEvaluation: request.isEvaluation }, reader)));
  }
  const kept = request.isEvaluation ? pairs : capped(withoutRepeats(pairs));
  return { pairs: kept, report: { name, from, licence: licence.name, files, pairs: countsOf(kept) } };
}

function isWanted({ path, sizeBytes }: SourceFile): boolean {
  const limit = path.endsWith(".d.ts") ? maxTypingsBytes : maxFileBytes;
  return sizeBytes <= limit && !isForeignPath(path) && fileTypeOf(path) !== null;
}

async function pairsOfFile(
  file: { path: string; text: string; isEvaluation: boolean },
  reader: DeclarationReader,
): Promise<Pair[]> {
  const { path, text } = file;
  const type = fileTypeOf(path);
  if (type === null) return [];
  if (headingReader(type.id) !== null) return prosePairs({ path, text, fileType: type.id });
  if (type.category !== "code" || type.language === null || reasonAgainstCode(text, type) !== null) return [];
  const { language } = type;
  // Typings are read by pattern: their declarations have no bodies.
  const declarations = path.endsWith(".d.ts") ? [] : await reader.read(text, language);
  const pairs = codePairs({ path, text, language, declarations });
  if (!file.isEvaluation) return pairs;
  // For the filter of leaks: every body, with a comment or without.
  const lines = text.split("\n");
  const bodies = withMembers(declarations).map(({ name, start, end }) =>
    bodyPair(lines.slice(start, end + 1).join("\n"), name),
  );
  return [...pairs, ...bodies.map((body) => ({ ...body, path, language }))];
}

function bodyPair(code: string, name: string): Omit<Pair, "path" | "language"> {
  return { kind: "function", query: "", code: code.slice(0, 1_800), name, rest: "" };
}

interface PackageLicence {
  readonly name: string;
  readonly allows: (path: string) => boolean;
}

/** What may be taken of a package; a sentence when nothing may. */
function licenceOf(tree: SourceTree): PackageLicence | string {
  const copyright = tree.files.find(({ path }) => /^(?:debian\/|usr\/share\/doc\/[^/]+\/)?copyright$/.test(path));
  const prose = copyright?.text() ?? "";
  const debian = readDebianCopyright(prose);
  if (debian !== null) return debianLicence(debian, copyright?.path.startsWith("usr/") ?? false);
  for (const { path, text } of tree.files) {
    const name = /^(?:[^/]+\.(?:dist|egg)-info\/)?([^/]+)$/.exec(path)?.[1];
    if (name === undefined) continue;
    const isLicence = /^(?:LICEN[CS]E|COPYING)(?:[.-](?:txt|md|rst|MIT|APACHE))?$/i.test(name);
    const verdict = isLicence ? licenceOfText(text()) : manifestLicence(name, text());
    if (verdict === null) continue;
    return verdict.kind === "permissive" ? { name: verdict.licence, allows: () => true } : verdict.reason;
  }
  const told = licenceOfText(prose);
  return told?.kind === "permissive" ? { name: told.licence, allows: () => true } : "no machine-readable licence";
}

// An installed file has lost the folder that the copyright file of its source names.
const sourceFolders = ["", "src/", "lib/", "python/"];

function debianLicence(copyright: DebianCopyright, isInstalled: boolean): PackageLicence | string {
  const allowed = copyright.licences.filter((licence) => isPermissiveExpression(licence));
  if (allowed.length === 0) return copyright.licences.join("; ") || "no licence named";
  const isAllowed = (path: string): boolean => isPermissiveExpression(copyright.licenceOf(path) ?? "none");
  const places = (path: string): string[] =>
    isInstalled ? [...sourceFolders.map((folder) => folder + path), path.slice(path.indexOf("/") + 1)] : [path];
  return { name: allowed.join("; "), allows: (path) => places(path).every(isAllowed) };
}

function withoutRepeats(pairs: readonly Pair[]): Pair[] {
  const seen = new Set<string>();
  return pairs.filter(({ kind, query, code }) => {
    const key = `${kind === "error" ? code.slice(0, 200) : ""}${query.toLowerCase().replaceAll(/\W+/g, "").slice(0, 120)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** At most so many of a kind, spread evenly over the package, so that no big one drowns the others. */
function capped(pairs: readonly Pair[]): Pair[] {
  return [...Map.groupBy(pairs, ({ kind }) => kind)].flatMap(([kind, own]) => {
    const max = kind === "function" ? maxFunctionPairs : maxFunctionPairs / 2;
    return own.length <= max ? own : Array.from({ length: max }, (_, at) => own[Math.floor((at * own.length) / max)]!);
  });
}

function countsOf(pairs: readonly Pair[]): Record<string, number> {
  const groups = Map.groupBy(pairs, ({ kind }) => kind);
  return Object.fromEntries([...groups].map(([kind, own]) => [kind, own.length]));
}
