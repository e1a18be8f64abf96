import { CommonsError } from "../core/errors.ts";

/** Runs `remove`; the hub's hint where the collection is in use speaks to a model, but a person has an option: `command` is the line with it. */
export async function withForceHint<T>(command: string, remove: () => Promise<T>): Promise<T> {
  try {
    return await remove();
  } catch (error) {
    if (!(error instanceof CommonsError) || error.code !== "COLLECTION_IN_USE") throw error;
    throw new CommonsError(error.code, error.message, {
      hint: `Wait until they are done, or: ${command}`,
      cause: error,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
}
