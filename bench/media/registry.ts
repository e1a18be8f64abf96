import { measureQuickLoad } from "./parts/quick-load.ts";

/** What is measured: one file each, in the order of a whole run. A part answers figures and, where it has one, what it is compared with. */
export const parts = {
  "quick-load": measureQuickLoad,
} satisfies Record<string, () => Promise<object>>;
