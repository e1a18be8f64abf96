import type { Metadata } from "../../core/document.ts";
import { aspectOf, type Picture } from "./photo-sentence.ts";
import { shortened, type FoundFacts } from "./picture-facts.ts";
import type { TakenAt } from "./taken-at.ts";

const maxTitleChars = 200;
const maxCaptionChars = 2_000;
const maxNames = 50;
const maxNameChars = 200;
const maxTranslations = 20;
const maxTranslationChars = 500;

/** "Canon" and "Canon EOS R5" are one name, "NIKON CORPORATION" and "NIKON Z 6" too. */
export function cameraOf({ make, model }: FoundFacts): string | undefined {
  if (make === undefined || model === undefined) return model ?? make;
  const maker = make.replace(/[\s,]+(imaging\s+)?(corporation|corp|company|co|ltd|inc|gmbh|ag)\b.*$/i, "");
  const isRepeated = model.toLowerCase().startsWith(maker.split(" ")[0]?.toLowerCase() ?? maker);
  return isRepeated ? model : `${maker} ${model}`;
}

/** "1/250 s" for what is shorter than a third of a second, else "0.5 s". */
export function exposureText(seconds: number): string {
  return seconds < 0.3 ? `1/${Math.round(1 / seconds)} s` : `${Number(seconds.toPrecision(2))} s`;
}

/** Texts of at most some hundred characters, and at most 50 keywords and 50 people, with a word for those that are left out. */
export function boundedFacts(facts: FoundFacts): FoundFacts {
  const { keywords, people, translations } = facts;
  const bounded = Object.entries(facts).map(([name, value]) =>
    typeof value === "string" ? [name, shortened(value, limitOf(name))] : [name, value],
  );
  return {
    // Safe: the entries are those of `facts`, with texts in the place of texts.
    ...(Object.fromEntries(bounded) as FoundFacts),
    ...(keywords === undefined ? {} : { keywords: boundedNames(keywords) }),
    ...(people === undefined ? {} : { people: boundedNames(people) }),
    ...(translations === undefined
      ? {}
      : { translations: translations.slice(0, maxTranslations).map((text) => shortened(text, maxTranslationChars)) }),
  };
}

function boundedNames(names: readonly string[]): string[] {
  const kept = names.slice(0, maxNames).map((name) => shortened(name, maxNameChars));
  return names.length > maxNames ? [...kept, `and ${names.length - maxNames} more`] : kept;
}

function limitOf(name: string): number {
  if (name === "caption") return maxCaptionChars;
  return name === "title" || name === "headline" ? maxTitleChars : maxNameChars;
}

/** Facts under the names by which filters know them; those that the picture does not give are left out. */
export function metadataOf({
  format,
  facts,
  camera,
  exposureText: exposure,
  size,
  named,
  setting,
  companions,
  brokenCompanions,
}: Picture): Metadata {
  const {
    takenAt = named?.kind === "time" ? named.takenAt : undefined,
    keywords,
    people,
    translations,
    isFlashFired,
    make,
    model,
    ...plain
  } = facts;
  const known: Record<string, string | number | boolean | undefined> = {
    format,
    width: size?.width,
    height: size?.height,
    aspect: size === null ? undefined : aspectOf(size),
    camera,
    cameraMake: make,
    cameraModel: model,
    exposureText: exposure,
    flash: isFlashFired,
    takenAt: takenAt?.text,
    takenDate: takenAt?.date,
    takenFrom: named === null ? undefined : "name",
    ...(named?.kind === "year" ? { takenYear: named.year, takenMonth: named.month ?? undefined } : clockFacts(takenAt)),
    daylight: setting?.daylight ?? undefined,
    nearPlace: setting?.place ?? undefined,
    nearRegion: setting?.region ?? undefined,
    nearCountry: setting?.country ?? undefined,
    keywords: keywords?.join(", "),
    people: people?.join(", "),
    translations: translations?.join(" / "),
    companions: companions.join(", "),
    brokenCompanions: brokenCompanions.join(", "),
    ...plain,
  };
  const metadata: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(known)) if (value !== undefined && value !== "") metadata[name] = value;
  return metadata;
}

/** Numbers of the camera's clock, for filters over any year or any day. */
function clockFacts(takenAt: TakenAt | undefined): Record<string, number> {
  if (takenAt === undefined) return {};
  const [year, month] = takenAt.date.split("-").map(Number);
  return {
    ...(year === undefined ? {} : { takenYear: year }),
    ...(month === undefined ? {} : { takenMonth: month }),
    ...(takenAt.hour === null ? {} : { takenHour: takenAt.hour }),
  };
}
