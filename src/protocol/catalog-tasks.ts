import type { CatalogCheck, RebuildReport } from "../core/catalog-repair.ts";
import type { ErrorWire } from "../core/errors.ts";

/** Tasks of the catalog's own process, and what each answers. */
export interface CatalogTasks {
  readonly check: CatalogCheck;
  readonly mend: Readonly<Record<string, never>>;
  readonly rebuild: RebuildReport;
}

/** One line of its standard output: JSON. `result` or `error` is the last; `share` is what is done of the step, 0 to 1. */
export type CatalogTaskLine<N extends keyof CatalogTasks> =
  | { readonly kind: "progress"; readonly step: string; readonly share: number }
  | { readonly kind: "result"; readonly result: CatalogTasks[N] }
  | { readonly kind: "error"; readonly error: ErrorWire };
