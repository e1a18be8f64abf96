import type { MetadataValue } from "../../core/document.ts";

/** Fields with words of people. */
export const photoWordFields = [
  "title",
  "headline",
  "caption",
  "translations",
  "keywords",
  "people",
  "location",
  "city",
  "state",
  "country",
  "creator",
] as const;

/** What a photo says in words of its own, for `hasPhotoWords`. */
export function photoWordsOf(path: string, valueOf: (field: string) => MetadataValue | undefined): string {
  return spaced([path, ...photoWordFields.map((field) => String(valueOf(field) ?? ""))].join(" "));
}

/** Whether one or several words stand there, whole and in a row; case, accents and punctuation do not count. */
export function hasPhotoWords(own: string, words: string): boolean {
  const wanted = spaced(words);
  return wanted.trim() !== "" && own.includes(wanted);
}

/** " img 2024 new york " */
function spaced(text: string): string {
  const plain = text
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "");
  return ` ${plain.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}
