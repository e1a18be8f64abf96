import { join } from "node:path";
import { findGitPlace } from "./git-facts.ts";
import { foldAscii } from "./glob.ts";
import { readOuterRuleFile } from "./rule-files.ts";
import type { RuledPath } from "./rule-index.ts";
import { compilePattern, linesOf } from "./rule-list.ts";

/** What `linguist-generated` and `linguist-vendored` say of a file; null: nothing. */
export interface LinguistMarks {
  readonly isGenerated: boolean | null;
  readonly isVendored: boolean | null;
}

/** The lines of one attributes file that speak of linguist. */
export interface AttributeList {
  /** Of each attribute the last line that matches. */
  marksOf(entry: RuledPath): LinguistMarks;
}

type AttributeLine = ReturnType<typeof compilePattern> & {
  readonly marks: readonly Mark[];
  readonly foldCase: boolean;
};
type Mark = { readonly name: keyof LinguistMarks; readonly value: boolean | null };

const names: Readonly<Record<string, keyof LinguistMarks>> = {
  "linguist-generated": "isGenerated",
  "linguist-vendored": "isVendored",
};
const noMarks: LinguistMarks = { isGenerated: null, isVendored: null };

/** Reads gitattributes(5); null when no line is about linguist. `text` holds one character a byte. Macros are not followed. */
export function parseAttributes(text: string, foldCase: boolean): AttributeList | null {
  const lines: AttributeLine[] = [];
  for (const line of linesOf(text)) {
    const parsed = parseLine(line);
    if (parsed !== null) lines.push({ marks: parsed.marks, ...compilePattern(parsed.pattern, foldCase), foldCase });
  }
  if (lines.length === 0) return null;
  lines.reverse();
  return {
    marksOf: (entry) => {
      const found = new Map<keyof LinguistMarks, boolean | null>();
      for (const line of lines) {
        if (line.directoriesOnly || !matchesName(line, entry.name) || !line.matches(entry)) continue;
        for (const { name, value } of line.marks) if (!found.has(name)) found.set(name, value);
      }
      return { isGenerated: found.get("isGenerated") ?? null, isVendored: found.get("isVendored") ?? null };
    },
  };
}

/** The marks of a file by all lists that hold for it, the one that counts most first. */
export function combineMarks(all: Iterable<LinguistMarks>): LinguistMarks {
  let marks = noMarks;
  for (const each of all) {
    marks = {
      isGenerated: marks.isGenerated ?? each.isGenerated,
      isVendored: marks.isVendored ?? each.isVendored,
    };
  }
  return marks;
}

/**
 * What the attributes files of a repository say of one file, read from the disk for this question: of the directories from the
 * repository's top (or from `root`, where there is no repository) down to the file's. `path` is relative to `root`.
 */
export async function readLinguistMarks(root: string, path: string): Promise<LinguistMarks> {
  const absolute = join(root, path);
  const place = await findGitPlace(join(absolute, ".."));
  const top = place?.top ?? root;
  const relative = bytesOf(absolute.slice(top.length + 1).replaceAll("\\", "/"));
  const name = relative.slice(relative.lastIndexOf("/") + 1);
  const found: LinguistMarks[] = [];
  const add = async (file: string, base: string, follow: boolean): Promise<void> => {
    const text = await readOuterRuleFile(file, { follow });
    const list = text === null ? null : parseAttributes(text, false);
    if (list !== null) found.unshift(list.marksOf({ path: relative.slice(base.length), name, isDirectory: false }));
  };
  let base = "";
  let directory = top;
  await add(join(directory, ".gitattributes"), base, false);
  for (const part of absolute
    .slice(top.length + 1)
    .replaceAll("\\", "/")
    .split("/")
    .slice(0, -1)) {
    directory = join(directory, part);
    base += `${bytesOf(part)}/`;
    await add(join(directory, ".gitattributes"), base, false);
  }
  if (place !== null) await add(join(place.commonDirectory, "info", "attributes"), "", true);
  return combineMarks(found);
}

/** A path as git compares it: one character a byte. */
export function bytesOf(path: string): string {
  return /[^\0-\x7F]/.test(path) ? Buffer.from(path).toString("latin1") : path;
}

function matchesName(
  line: { key: ReturnType<typeof compilePattern>["key"]; foldCase: boolean },
  name: string,
): boolean {
  const { kind, text } = line.key;
  const folded = line.foldCase ? foldAscii(name) : name;
  if (kind === "name") return folded === text;
  return kind !== "name-end" || folded.endsWith(text);
}

function parseLine(line: string): { pattern: string; marks: Mark[] } | null {
  // A pattern with blanks stands in quotes, as a C string.
  const match = /^[ \t]*("(?:[^"\\]|\\.)*"|\S+)[ \t]+(.*linguist-.*)$/.exec(line);
  if (match === null) return null;
  const written = match[1] ?? "";
  if (written.startsWith("!") || written.startsWith("[attr]") || written.startsWith("#")) return null;
  const pattern = written.startsWith('"') ? written.slice(1, -1).replaceAll(/\\(.)/g, "$1") : written;
  const marks: Mark[] = [];
  for (const word of (match[2] ?? "").split(/[ \t]+/)) {
    const parts = /^([-!]?)(linguist-\w+)(?:=(.*))?$/.exec(word);
    const name = names[parts?.[2] ?? ""];
    if (parts === null || name === undefined) continue;
    marks.unshift({ name, value: parts[1] === "!" ? null : parts[1] !== "-" && parts[3] !== "false" });
  }
  return marks.length === 0 ? null : { pattern, marks };
}
