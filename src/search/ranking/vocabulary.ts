import type { IndexSegment } from "../index-snapshot.ts";

/** The words of the indexes as long texts: to look through them is a matter of milliseconds, to read them from the pages is not. */
export interface Vocabulary {
  /**
   * Texts in which every word stands between two line ends, one for each segment. Reads what is missing for a bounded time; what
   * is not read by then comes with the next question.
   */
  textsOf(segments: readonly IndexSegment[]): readonly string[];
  clear(): void;
}

interface ReadSoFar {
  readonly terms: Iterator<{ readonly term: string }>;
  text: string;
  isComplete: boolean;
}

const readMs = 200;
const termsBetweenLooks = 4_096;
/** Some 16 MB. */
const maxUnits = 16_000_000;

export function createVocabulary(now: () => number = () => performance.now()): Vocabulary {
  const read = new Map<number, ReadSoFar>();
  return {
    textsOf: (segments) => {
      const untilMs = now() + readMs;
      const wanted = new Set(segments.map(({ id }) => id));
      const held = [...read.values()].reduce((sum, { text }) => sum + text.length, 0);
      // Segments of before a merge are of no use; without room, those of other collections go too.
      if (held > maxUnits) for (const id of read.keys()) if (!wanted.has(id)) read.delete(id);
      return segments.map((segment) => {
        const state = read.get(segment.id) ?? started(segment);
        read.set(segment.id, state);
        readOn(state, () => now() > untilMs);
        return state.text;
      });
    },
    clear: () => read.clear(),
  };
}

function started(segment: IndexSegment): ReadSoFar {
  return { terms: segment.terms()[Symbol.iterator](), text: "\n", isComplete: false };
}

function readOn(state: ReadSoFar, isOver: () => boolean): void {
  while (!state.isComplete && !isOver()) {
    const terms: string[] = [];
    while (terms.length < termsBetweenLooks && !state.isComplete) {
      const next = state.terms.next();
      if (next.done === true) state.isComplete = true;
      else terms.push(next.value.term);
    }
    if (terms.length > 0) state.text += `${terms.join("\n")}\n`;
  }
}
