import type { TakenAt } from "./taken-at.ts";

/** What a picture says of itself, as one of its blocks (EXIF, IPTC, XMP, the format's own texts) has it. */
export interface PictureFacts {
  readonly make: string;
  readonly model: string;
  readonly lens: string;
  readonly focalLengthMm: number;
  /** What a lens on a film camera of 24 x 36 mm would have. */
  readonly focalLength35Mm: number;
  /** The f-number. */
  readonly aperture: number;
  readonly exposureSeconds: number;
  readonly iso: number;
  readonly isFlashFired: boolean;
  readonly takenAt: TakenAt;
  /** Decimal degrees; south and west are negative. */
  readonly latitude: number;
  readonly longitude: number;
  /** Below the sea: negative. */
  readonly altitudeMeters: number;
  /** EXIF's: 1 upright, 3 upside down, 6 and 8 on its side, the even ones and 5, 7 mirrored. */
  readonly orientation: number;
  readonly title: string;
  readonly caption: string;
  /** A second title, of which news agencies make use. */
  readonly headline: string;
  readonly keywords: readonly string[];
  /** Names of those who are shown. */
  readonly people: readonly string[];
  /** Title and caption in other languages. */
  readonly translations: readonly string[];
  readonly creator: string;
  readonly copyright: string;
  /** 0 to 5; -1: rejected. */
  readonly rating: number;
  readonly software: string;
  /** A place within the city. */
  readonly location: string;
  readonly city: string;
  readonly state: string;
  readonly country: string;
}

export type FoundFacts = Partial<PictureFacts>;

/** Facts that may each be missing; undefined and empty ones are left out. */
export function foundFacts(facts: {
  readonly [Name in keyof PictureFacts]?: PictureFacts[Name] | undefined;
}): FoundFacts {
  const found = Object.entries(facts).filter(([, value]) =>
    typeof value === "string" || Array.isArray(value) ? value.length > 0 : value !== undefined,
  );
  return Object.fromEntries(found);
}

/**
 * One answer from several blocks. The camera's own values come from EXIF first; what people write (title, caption, rating) from XMP
 * first, for that is what their programs edit. Keywords of all blocks count once each, and a headline only beside another title.
 */
export function mergeFacts(blocks: {
  exif: FoundFacts;
  iptc: FoundFacts;
  xmp: FoundFacts;
  notes: FoundFacts;
}): FoundFacts {
  const { exif, iptc, xmp, notes } = blocks;
  const camera = { ...notes, ...iptc, ...xmp, ...exif };
  const written = { ...notes, ...exif, ...iptc, ...xmp };
  const { title, caption, creator, copyright, rating } = written;
  const headlines = [xmp, iptc].flatMap(({ headline }) => headline ?? []);
  const { headline: _any, ...facts } = camera;
  const keywords = [xmp, iptc, exif].flatMap((block) => block.keywords ?? []);
  const times = [exif, xmp, iptc, notes].flatMap((block) => block.takenAt ?? []);
  return {
    ...facts,
    // A block that knows the hour says more than one before it that knows the day.
    ...foundFacts({ takenAt: times.find(({ hour }) => hour !== null) ?? times[0] }),
    ...foundFacts({ title, caption, creator, copyright, rating, headline: headlines.find((each) => each !== title) }),
    ...(keywords.length === 0 ? {} : { keywords: distinct(keywords) }),
  };
}

/** Each once, whatever its case, as it was written first. */
export function distinct(names: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const each of names) {
    const name = each.toLowerCase();
    if (each !== "" && !byName.has(name)) byName.set(name, each);
  }
  return [...byName.values()];
}

/** A text of one line: no control characters, no runs of blanks. Undefined when nothing is left but punctuation. */
export function cleanText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const clean = text.replace(/[\p{Cc}\p{Z}\u{FFFD}]+/gu, " ").trim();
  return /[^\p{P}\p{Z}\p{C}]/u.test(clean) ? clean : undefined;
}

/** A finite number inside of its bounds; else undefined. */
export function numberWithin(value: number | undefined, from: number, to: number): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= from && value <= to ? value : undefined;
}

/** A position on earth; none when either is missing or impossible, or both are zero as of receivers without a signal. */
export function positionOf(latitude: number | undefined, longitude: number | undefined): FoundFacts {
  const lat = numberWithin(latitude, -90, 90);
  const lon = numberWithin(longitude, -180, 180);
  if (lat === undefined || lon === undefined || (lat === 0 && lon === 0)) return {};
  return { latitude: rounded(lat, 6), longitude: rounded(lon, 6) };
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** At most `maxChars`; what is left out shows as "…", and no character is cut in two. */
export function shortened(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
