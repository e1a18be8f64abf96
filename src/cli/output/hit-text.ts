import { placeOf } from "../../core/hit-place.ts";
import { isAbsolute, relative } from "node:path";
import type { FoldedHit } from "../../session/hit-folding.ts";
import { fit, printable, printableLine } from "./printable-text.ts";
import type { Terminal } from "./terminal.ts";

const shownLines = 6;

interface HitLineOptions {
  readonly withText: boolean;
  /** Real path of the directory that the person is in. */
  readonly cwd: string;
}

/** A hit as a person reads it: place and symbol, where it comes from, and the first lines of the passage. */
export function hitLines(terminal: Terminal, hit: FoldedHit, options: HitLineOptions): string[] {
  const place = placeOf(hit);
  const symbol =
    hit.symbol === null ? "" : `  ${terminal.style("bold", printableLine([...hit.scope, hit.symbol].join(" > ")))}`;
  const origin = `(${[[hit.collection, ...hit.alsoIn].join(" and "), ...originText(hit, options.cwd), hit.score.toFixed(2)].join(", ")})`;
  const head = `${terminal.style("cyan", printableLine(place))}${symbol}  ${terminal.style("dim", printableLine(origin))}`;
  if (!options.withText) return [head];
  const lines = withoutIndent(
    printable(hit.text)
      .split("\n")
      .filter((line) => line.trim() !== ""),
  );
  const left = lines.length - shownLines;
  return [
    head,
    ...lines.slice(0, shownLines).map((line) => fit(`    ${line}`, terminal.columns)),
    ...(left > 0 ? [terminal.style("dim", `    ... ${left} more lines`)] : []),
  ];
}

/** What a program gets of a hit: all but what only the hub and the session need. */
export function hitJson(hit: FoldedHit): Readonly<Record<string, unknown>> {
  const { stat: _stat, contentHash: _hash, sourceKey: _key, ...shown } = hit;
  return shown;
}

/** Whose document it is and how fresh. Of a source that this session may not read only where it is can be said. */
function originText({ source, sourcePath, freshness }: FoldedHit, cwd: string): string[] {
  if (freshness !== "unverified") return [source, freshness];
  if (sourcePath === null) return [source];
  const fromHere = relative(cwd, sourcePath);
  // Above or below is of the same project, and shorter than any name; elsewhere the way there tells nothing.
  const isNear = fromHere !== "" && (/^\.\.([/\\]\.\.)*$/.test(fromHere) || !fromHere.startsWith(".."));
  return [isNear && !isAbsolute(fromHere) ? `${source} at ${fromHere}` : source];
}

function withoutIndent(lines: readonly string[]): string[] {
  const indent = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indent));
}
