import { countOf, formatDuration } from "../../core/quantities.ts";
import type { EngineView } from "../../protocol/views.ts";
import type { SearchAnswer } from "../../session/search-run.ts";
import { filesText, isUnchanged, skippedText } from "../output/ingest-text.ts";
import { hitLines } from "../output/hit-text.ts";
import { printableLine } from "../output/printable-text.ts";
import { engineText, labelled } from "../output/status-text.ts";
import type { Terminal } from "../output/terminal.ts";
import type { UpOutcome } from "./workspaces.ts";

/** What `up` shows of searching; `none` with one sentence that says why. */
export type SampleSearch =
  | { readonly kind: "found"; readonly query: string; readonly ms: number; readonly answer: SearchAnswer }
  | { readonly kind: "none"; readonly reason: string };

const shownHits = 3;

/** What became of one path. */
export function outcomeLines(terminal: Terminal, outcome: UpOutcome): string[] {
  const title = terminal.style("bold", printableLine(outcome.path));
  if (outcome.kind === "failed") {
    const next = outcome.error.hint === undefined ? [] : [labelled(terminal, "  next", outcome.error.hint)];
    return [title, labelled(terminal, "  error", outcome.error.message), ...next];
  }
  const { collection, report } = outcome;
  const skipped = skippedText(report);
  const files = isUnchanged(report)
    ? `nothing changed, ${countOf(report.files.unchanged, "file")} up to date`
    : filesText(report);
  const chunks = `${countOf(report.chunks, "chunk")} written, ${report.embedded.toLocaleString("en-US")} embedded, ${report.reused.toLocaleString("en-US")} known already`;
  return [
    title,
    labelled(terminal, "  into", `collection ${collection}, in ${formatDuration(report.ms)}`),
    labelled(terminal, "  files", `${files}${skipped === null ? "" : `; ${skipped}`}`),
    ...(report.chunks > 0 ? [labelled(terminal, "  chunks", chunks)] : []),
    ...report.failed.map(({ path, message }) => labelled(terminal, "  failed", `${path}: ${message}`)),
  ];
}

/** Where ChromaDB listens and how to see that it does; or why not, and that all else works. */
export function engineLines(terminal: Terminal, engine: EngineView): string[] {
  const state =
    engine.state === "ready"
      ? engineText(engine)
      : `${engineText(engine).replace(/\.$/, "")}; everything else works without it`;
  const lines = [labelled(terminal, "ChromaDB", state)];
  if (engine.state === "ready" && engine.url !== null)
    lines.push(labelled(terminal, "", `curl ${engine.url.replace(/\/$/, "")}/api/v2/heartbeat`));
  return lines;
}

/** The best hits of the sample search, each of another file and with another text; or why there is none. */
export function sampleLines(terminal: Terminal, sample: SampleSearch, cwd: string): string[] {
  const name = terminal.style("bold", "Sample search");
  if (sample.kind === "none") return [`${name}: none. ${printableLine(sample.reason)}`];
  const { query, ms, answer } = sample;
  const seen = new Set<string>();
  const best = answer.hits.filter(({ sourceKey, path, text }) => {
    const keys = [`${sourceKey} ${path}`, text];
    const isNew = keys.every((key) => !seen.has(key));
    for (const key of keys) seen.add(key);
    return isNew;
  });
  const title = `${name}: "${printableLine(query)}" (${formatDuration(ms)})`;
  if (best.length === 0) return [title, "  no hits"];
  return [
    title,
    ...best
      .slice(0, shownHits)
      .flatMap((hit) => hitLines(terminal, hit, { withText: false, cwd }).map((line) => `  ${line}`)),
  ];
}
