import { distinct, type Figures, figuresOf, meanOf } from "./metrics.ts";
import { type Corpus, pathOf, type RankedPlaces, type Ranker } from "./ranker.ts";
import { groupOf, type SetFile } from "./sets.ts";

export interface SetFigures extends Figures {
  readonly set: string;
  readonly questions: number;
}

/** Asks all questions of a set; `onQuestion` is told the figures of each. */
export function evaluate(
  set: SetFile,
  corpus: Corpus,
  { ranker, onQuestion }: { ranker: Ranker; onQuestion?: (query: string, figures: Figures) => void },
): SetFigures {
  const figures = set.items.map(({ query, relevant }) => {
    const one = figuresOf(keysOf(ranker.rank(corpus, query), { level: set.level, relevant }), relevant);
    onQuestion?.(query, one);
    return one;
  });
  return { set: set.name, questions: set.items.length, ...meanOf(figures) };
}

/** A result counts as the relevant one of its places, if it has one, and as its first otherwise. */
export function keysOf(
  results: readonly RankedPlaces[],
  { level, relevant }: { level: SetFile["level"]; relevant: readonly string[] },
): string[] {
  const wanted = new Set(relevant);
  const keys = results.map((places) => {
    const own = level === "file" ? places.map(pathOf) : places;
    return own.find((key) => wanted.has(key)) ?? own[0] ?? "";
  });
  return distinct(keys);
}

/** Means of the groups, each over its sets, and of all groups. */
export function meansOf(figures: readonly SetFigures[], sets: readonly SetFile[]): SetFigures[] {
  const groups = Map.groupBy(figures, ({ set: name }) => {
    const set = sets.find((one) => one.name === name);
    return set === undefined ? name : groupOf(set);
  });
  const means = [...groups].map(([group, members]) => ({
    set: group,
    questions: members.reduce((sum, { questions }) => sum + questions, 0),
    ...meanOf(members),
  }));
  const questions = means.reduce((sum, one) => sum + one.questions, 0);
  return [...means, { set: "mean of the groups", questions, ...meanOf(means) }];
}

/** What the sets name and their corpora do not have; empty when all is well. */
export function missingPlaces(set: SetFile, corpus: Corpus): string[] {
  const known = new Set(
    set.level === "file"
      ? corpus.documents.map(({ path }) => path)
      : corpus.documents.flatMap(({ path, chunks }) => chunks.map(({ startLine }) => `${path}:${startLine}`)),
  );
  return set.items.flatMap(({ relevant }) => relevant.filter((place) => !known.has(place)));
}
