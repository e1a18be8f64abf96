import type { SetFigures } from "./evaluate.ts";

export interface RankerFigures {
  readonly ranker: string;
  readonly sets: readonly SetFigures[];
  readonly means: readonly SetFigures[];
  readonly seconds: number;
}

/** A table with a row for each set and mean, and MRR@10 / nDCG@10 / recall@10 of each ranker, in hundredths of a per cent. */
export function tableOf(results: readonly RankerFigures[]): string {
  const rows = results[0] === undefined ? [] : [...results[0].sets, ...results[0].means];
  const nameWidth = Math.max(4, ...rows.map(({ set }) => set.length));
  const header = `${"set".padEnd(nameWidth)}  ${"n".padStart(5)}  ${results.map(({ ranker }) => ranker.padEnd(16)).join("  ")}`;
  const lines = rows.map(({ set, questions }, index) => {
    const cells = results.map((result) => cellOf([...result.sets, ...result.means][index]));
    const rule = index === results[0]?.sets.length ? `${"-".repeat(header.length)}\n` : "";
    return `${rule}${set.padEnd(nameWidth)}  ${String(questions).padStart(5)}  ${cells.join("  ")}`;
  });
  const footer = `${"seconds".padEnd(nameWidth + 7)}  ${results.map(({ seconds }) => seconds.toFixed(1).padEnd(16)).join("  ")}`;
  return [header, ...lines, footer].join("\n");
}

function cellOf(figures: SetFigures | undefined): string {
  return (figures === undefined ? "" : figuresText(figures)).padEnd(16);
}

/** MRR / nDCG / recall, short. */
export function figuresText(figures: SetFigures): string {
  return [figures.mrr, figures.ndcg, figures.recall]
    .map((value) =>
      value
        .toFixed(3)
        .slice(value >= 1 ? 0 : 1)
        .slice(0, 4),
    )
    .join("/")
    .padEnd(16);
}
