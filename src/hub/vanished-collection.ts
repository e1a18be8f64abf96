import { CommonsError } from "../core/errors.ts";

const attempts = 4;

/**
 * Looks at all collections that are there. One that is unloaded between the list and the look is nothing that the caller asked for: the
 * look is repeated over those that are left. `run` lists them anew each time. A named collection that is gone stays an error.
 */
export async function overWhatIsThere<T>(isEverywhere: boolean, run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const isVanished = error instanceof CommonsError && error.code === "COLLECTION_NOT_FOUND";
      if (!isEverywhere || !isVanished || attempt === attempts) throw error;
    }
  }
}
