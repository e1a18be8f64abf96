/** Places of a sketch. The estimate of a resemblance r is off by some sqrt(r (1 - r) / 128): 3 percent points at 0.9. */
export const sketchPlaces = 128;

/** Words in a run; what 3 to 6 find stands in docs/decisions/0029-duplicates.md. */
const runWords = 3;
// The highest bits of a run's hash choose its place.
const placeShift = 32 - Math.log2(sketchPlaces);

/**
 * Words of a text and a sketch of its runs of words: after Broder, "On the resemblance and containment of documents" (1997), with one
 * permutation for all places (Li, Owen and Zhang, "One permutation hashing", 2012), whose empty places take the value of another one
 * (Shrivastava, "Optimal densification for fast and accurate minwise hashing", 2017). Words are runs of letters and digits without case;
 * characters of Chinese, Japanese and Korean stand alone. The same text has the same sketch on every machine.
 */
export function sketchOf(text: string): { readonly words: number; readonly sketch: Uint32Array } {
  const folded = text.toLowerCase();
  const lowest = new Uint32Array(sketchPlaces);
  const isFilled = new Uint8Array(sketchPlaces);
  const last = new Int32Array(runWords);
  let words = 0;
  const take = (run: number): void => {
    const place = run >>> placeShift;
    if (isFilled[place] === 1 && (lowest[place] ?? 0) <= run) return;
    lowest[place] = run;
    isFilled[place] = 1;
  };
  for (let at = 0; at < folded.length;) {
    const unit = folded.charCodeAt(at);
    if (!isWordUnit(unit)) {
      at++;
      continue;
    }
    let word = nextHash(firstHash, unit);
    at++;
    if (!standsAlone(unit))
      for (let next = folded.charCodeAt(at); at < folded.length; next = folded.charCodeAt(++at)) {
        if (!isWordUnit(next) || standsAlone(next)) break;
        word = nextHash(word, next);
      }
    last[words++ % runWords] = word;
    if (words >= runWords) take(runHash(last, words));
  }
  if (words > 0 && words < runWords) take(runHash(last, words));
  return { words, sketch: words === 0 ? lowest : densified(lowest, isFilled) };
}

/** The resemblance of two texts by their sketches, 0 to 1: of all runs of words of both, the share that both have. */
export function resemblance(first: Uint32Array, second: Uint32Array): number {
  let equal = 0;
  for (let place = 0; place < sketchPlaces; place++) if (first[place] === second[place]) equal++;
  return equal / sketchPlaces;
}

/**
 * Whether a text may have every run of words of another: of a sketch's places none is lower in the other. Of what the other has alone, one
 * run of a text of n is noticed with a chance of 128 / n; `tolerated` places may be lower.
 */
export function mayHoldAll(whole: Uint32Array, part: Uint32Array, tolerated = 0): boolean {
  let lower = 0;
  for (let place = 0; place < sketchPlaces; place++) {
    const own = part[place] ?? 0;
    // A place that was empty has a run of another.
    if (own >>> placeShift === place && own < (whole[place] ?? 0)) lower++;
  }
  return lower <= tolerated;
}

/** Each empty place looks at the same sequence of others in every text, and takes the first value that was there from the start. */
function densified(lowest: Uint32Array, isFilled: Uint8Array): Uint32Array {
  const full = lowest.slice();
  for (let place = 0; place < sketchPlaces; place++) {
    if (isFilled[place] === 1) continue;
    for (let attempt = 1; ; attempt++) {
      const other = mixed(Math.imul(place + 1, 0x9e3779b1) ^ Math.imul(attempt, 0x85ebca6b)) >>> placeShift;
      if (isFilled[other] !== 1) continue;
      full[place] = lowest[other] ?? 0;
      break;
    }
  }
  return full;
}

/** Of the last words in their order; of a shorter text, of all it has. */
function runHash(last: Int32Array, words: number): number {
  let run = 0;
  for (let back = Math.min(words, runWords); back > 0; back--)
    run = Math.imul(run ^ (last[(words - back) % runWords] ?? 0), 0x9e3779b1) ^ (run >>> 15);
  return mixed(run) >>> 0;
}

const firstHash = 0x811c9dc5 | 0;

/** FNV-1a, one UTF-16 unit on. */
function nextHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** The last steps of MurmurHash3: every bit depends on every other. */
function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}

function isWordUnit(unit: number): boolean {
  if (unit < 128) return (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57);
  // Beyond ASCII the blanks and marks of Latin-1 and of general punctuation are no letters; the rest nearly all is.
  return unit >= 0xaa && unit !== 0xab && unit !== 0xbb && !(unit >= 0x2000 && unit < 0x2c00) && !isWideMark(unit);
}

function isWideMark(unit: number): boolean {
  return (unit >= 0x3000 && unit <= 0x3004) || (unit >= 0x3008 && unit <= 0x3020) || unit === 0xfeff || unit >= 0xff00;
}

/** Scripts that are written without blanks. */
function standsAlone(unit: number): boolean {
  return unit >= 0x3040 && unit <= 0xd7ff && !(unit >= 0xa000 && unit < 0xac00);
}
