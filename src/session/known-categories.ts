import { categories, type Category } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";

/** Checks names of categories, also in the singular ("image"). Errors: INPUT_INVALID with the known ones. */
export function knownCategories(given: readonly string[] | undefined): Category[] | undefined {
  return given?.map((name) => {
    const wanted = name.trim().toLowerCase();
    const found = categories.find((category) => category === wanted || category === `${wanted}s`);
    if (found !== undefined) return found;
    throw new CommonsError("INPUT_INVALID", `There is no category "${name.slice(0, 60)}".`, {
      hint: `Categories: ${categories.join(", ")}.`,
    });
  });
}
