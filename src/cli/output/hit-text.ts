import type { CheckedHit } from "../../session/freshness.ts";
import { fit, printable, printableLine } from "./printable-text.ts";
import type { Terminal } from "./terminal.ts";

const shownLines = 6;

/** A hit as a person reads it: place and symbol, where it comes from, and the first lines of the passage. */
export function hitLines(terminal: Terminal, hit: CheckedHit, options: { readonly withText: boolean }): string[] {
  const place = `${hit.path}:${hit.startLine}-${hit.endLine}`;
  const symbol =
    hit.symbol === null ? "" : `  ${terminal.style("bold", printableLine([...hit.scope, hit.symbol].join(" > ")))}`;
  const origin = `(${hit.collection}, ${hit.source}, ${freshnessText(hit)}, ${hit.score.toFixed(2)})`;
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
export function hitJson(hit: CheckedHit): Readonly<Record<string, unknown>> {
  const { stat: _stat, contentHash: _hash, sourceKey: _key, ...shown } = hit;
  return shown;
}

function freshnessText({ freshness }: CheckedHit): string {
  return freshness === "unverified" ? "another workspace" : freshness;
}

function withoutIndent(lines: readonly string[]): string[] {
  const indent = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indent));
}
