import { type MetadataValue } from "../../core/document.ts";
import type { PhotoClause } from "../../core/photo-filter.ts";
import { needTest, type PhotoView } from "./photo-needs.ts";
import { hasPhotoWords, photoWordsOf } from "./photo-words.ts";

export type ClauseTest = (photo: PhotoView) => boolean;

/** Whether a clause holds for a photo: by one of its facts, or by its words where those count. */
export function clauseTest({ anyOf, words, wordsCount, isNot = false }: PhotoClause): ClauseTest {
  const tests = anyOf.map(needTest);
  if (isNot) return (photo) => !tests.some((test) => test(photo) === true);
  return (photo) => {
    const answers = tests.map((test) => test(photo));
    if (answers.includes(true)) return true;
    if (words.length === 0 || (wordsCount === "when-unknown" && answers.includes(false))) return false;
    const own = photoWordsOf(photo.path, photo.valueOf);
    return words.some((each) => hasPhotoWords(own, each));
  };
}

/** A document's metadata as clauses ask for it. */
export function photoViewOf(path: string, metadata: Readonly<Record<string, MetadataValue>>): PhotoView {
  return { path, valueOf: (field) => (Object.hasOwn(metadata, field) ? metadata[field] : undefined) };
}
