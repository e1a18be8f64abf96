import type { MetadataValue } from "../../core/document.ts";

/** The days on one of which a photo was taken, YYYY-MM-DD: one day, or a month or a year where no more is known. */
export interface KnownDays {
  readonly first: string;
  readonly last: string;
}

/** Null: the photo does not say. */
export function knownDays(valueOf: (field: string) => MetadataValue | undefined): KnownDays | null {
  const day = valueOf("takenDate") ?? valueOf("takenAt");
  if (typeof day === "string") return { first: day.slice(0, 10), last: day.slice(0, 10) };
  const [year, month] = [valueOf("takenYear"), valueOf("takenMonth")];
  if (typeof year !== "number") return null;
  const [first, last] = typeof month === "number" ? [month, month] : [1, 12];
  const monthOf = (number: number): string => `${String(year).padStart(4, "0")}-${String(number).padStart(2, "0")}`;
  // As text, no day of any month comes behind.
  return { first: `${monthOf(first)}-01`, last: `${monthOf(last)}-31` };
}
