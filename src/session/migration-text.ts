import { countOf } from "../core/quantities.ts";
import { restoreLines } from "./foreign-records.ts";
import type { MigrationReport } from "./migration.ts";

/** What a person should know of records that were not taken as they are; no line where all were. */
export function migrationLines(report: MigrationReport): string[] {
  const { withoutText, unusableIds, secretIds, secrets, cutFacts, repeated, tooLarge, withoutId, frozenCopies } =
    report;
  const leftOut: readonly (readonly [number, string])[] = [
    [withoutText, "without a text left out: there is nothing to search"],
    [tooLarge, "left out: larger than 8,000,000 characters"],
    [withoutId, "left out: no id, or not as records are"],
    [repeated, "left out: the id came before"],
    [unusableIds, "left out: the id is empty or longer than 4,096 characters"],
    [secretIds, "left out: the id holds a secret, and ids are shown"],
  ];
  return [
    ...restoreLines(report),
    ...leftOut.filter(([count]) => count > 0).map(([count, why]) => `${countOf(count, "record")} ${why}.`),
    ...(secrets > 0 ? [`${countOf(secrets, "secret")} not stored: replaced by [redacted: ...].`] : []),
    ...(cutFacts > 0 ? [`${countOf(cutFacts, "fact")} cut: longer than 65,536 characters.`] : []),
    ...(frozenCopies > 0
      ? [
          `${countOf(frozenCopies, "text")} cut from files of a workspace: copies of that time. For texts that follow the files, run commons ingest in the repository.`,
        ]
      : []),
    ...(report.isComplete
      ? []
      : ["The original changed while it was read: some records may be missing. Run it again."]),
  ];
}
