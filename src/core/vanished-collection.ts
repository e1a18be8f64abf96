import { CommonsError } from "./errors.ts";

// Sessions that unload by force while others store meet more than once.
const attempts = 8;

/**
 * Does what looks collections up and then works on them by their ids. One that is unloaded or replaced in between is nothing that the
 * caller asked for: `run` is repeated, looks anew, and goes on with what is there now or says by its name what is gone.
 */
export async function overWhatIsThere<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!isVanished(error) || attempt === attempts) throw error;
    }
  }
}

/** Only who was asked for an id says so with that id, or with the id of what has the name now; of a name nobody has such a detail. */
function isVanished(error: unknown): boolean {
  if (!(error instanceof CommonsError)) return false;
  const isAboutName = error.code === "COLLECTION_NOT_FOUND" || error.code === "COLLECTION_EXISTS";
  return isAboutName && typeof error.details?.["id"] === "string";
}
