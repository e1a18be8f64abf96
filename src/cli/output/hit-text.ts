import { foreignSource } from "../../core/foreign-source.ts";
import { alsoInCollections, placeOf } from "../../core/hit-place.ts";
import type { PassagePlace } from "../../core/search.ts";
import { isAbsolute, relative } from "node:path";
import type { CheckedHit } from "../../session/freshness.ts";
import { isImported } from "../../core/imported.ts";
import { countOf } from "../../core/quantities.ts";
import { photoLines } from "../../session/photo-lines.ts";
import { fit, printable, printableLine } from "./printable-text.ts";
import type { Terminal } from "./terminal.ts";

const shownLines = 6;
const shownPlaces = 5;

interface HitLineOptions {
  readonly withText: boolean;
  /** What the score is made of. */
  readonly withScores?: boolean;
  /** Real path of the directory that the person is in. */
  readonly cwd: string;
}

/** A hit as a person reads it: place and symbol, where it comes from, and the first lines of the passage. */
export function hitLines(terminal: Terminal, hit: CheckedHit, options: HitLineOptions): string[] {
  const place = placeOf(hit);
  const photo = photoLines(hit);
  const symbol =
    hit.symbol === null || photo !== null
      ? ""
      : `  ${terminal.style("bold", printableLine([...hit.scope, hit.symbol].join(" > ")))}`;
  const origin = `(${[[hit.collection, ...alsoInCollections(hit)].join(" and "), ...originText(hit, options.cwd), hit.score.toFixed(2)].join(", ")})`;
  const head = `${terminal.style("cyan", printableLine(place))}${symbol}  ${terminal.style("dim", printableLine(origin))}`;
  if (!options.withText) return [head];
  const below = [...alsoLines(hit), ...(options.withScores === true ? [scoresText(hit)] : [])];
  const lines = withoutIndent(
    printable(photo?.join("\n") ?? hit.text)
      .split("\n")
      .filter((line) => line.trim() !== ""),
  );
  const left = lines.length - shownLines;
  return [
    head,
    ...below.map((line) => terminal.style("dim", fit(`    ${printableLine(line)}`, terminal.columns))),
    ...lines.slice(0, shownLines).map((line) => fit(`    ${line}`, terminal.columns)),
    ...(left > 0 ? [terminal.style("dim", `    ... ${left} more lines`)] : []),
  ];
}

/** What a program gets of a hit: all but what only the hub and the session need. */
export function hitJson(hit: CheckedHit): Readonly<Record<string, unknown>> {
  const { stat: _stat, contentHash: _hash, sourceKey: _key, alsoAt, ...shown } = hit;
  return { ...shown, alsoIn: alsoInCollections(hit), alsoAt: alsoAt.map(({ sourceKey: _source, ...place }) => place) };
}

/** Further places of the same text, in other files. */
function alsoLines(hit: CheckedHit): string[] {
  const isElsewhere = ({ sourceKey, path }: PassagePlace) => sourceKey !== hit.sourceKey || path !== hit.path;
  const elsewhere = hit.alsoAt.filter(isElsewhere);
  if (elsewhere.length === 0) return [];
  const named = elsewhere.slice(0, shownPlaces);
  const more = elsewhere.length - named.length + hit.alsoAtCount - hit.alsoAt.length;
  const places = named.map((place) => `${place.source}/${place.path}:${place.startLine}-${place.endLine}`);
  return [`the same in ${places.join(", ")}${more > 0 ? ` and ${countOf(more, "more place")}` : ""}`];
}

function scoresText({ score, scores: { words, vector, rules } }: CheckedHit): string {
  const part = (value: number | null) => (value === null ? "none" : value.toFixed(3));
  return `score ${part(score)}: words ${part(words)}, vector ${part(vector)}, file rules x ${part(rules)}`;
}

/** Whose document it is and how fresh. Of a source that this session may not read only where it is can be said. */
function originText(hit: CheckedHit, cwd: string): string[] {
  const { source, sourceKey, sourcePath, freshness } = hit;
  if (sourceKey === foreignSource.key) return [source];
  const imported = isImported(hit) ? ["imported"] : [];
  if (freshness !== "unverified") return [source, freshness, ...imported];
  if (sourcePath === null) return [source, ...imported];
  const fromHere = relative(cwd, sourcePath);
  // Above or below is of the same project, and shorter than any name; elsewhere the way there tells nothing.
  const isNear = fromHere !== "" && (/^\.\.([/\\]\.\.)*$/.test(fromHere) || !fromHere.startsWith(".."));
  return [isNear && !isAbsolute(fromHere) ? `${source} at ${fromHere}` : source, ...imported];
}

function withoutIndent(lines: readonly string[]): string[] {
  const indent = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indent));
}
