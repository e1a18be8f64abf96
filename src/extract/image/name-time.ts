import { readTakenAt, type TakenAt } from "./taken-at.ts";

/** When a picture was made as its name or a folder tells: a day, maybe with its time, or no more than a year or a month. */
export type NameTime =
  | { readonly kind: "time"; readonly takenAt: TakenAt }
  | { readonly kind: "year"; readonly year: number; readonly month: number | null };

const maxPathChars = 1_000;
const firstCompactYear = 1990;
const lastYear = 2099;
const firstYear = 1839;

const day = /(?<!\d)(?<year>\d{4})(?<mark>[-_.]?)(?<month>\d{2})\k<mark>(?<day>\d{2})(?!\d)/;
/** "_101112", " at 10.11.12 PM", "-10-11-12", "T10:11"; phones write thousandths behind. */
const clock =
  /^(?:[ _T-]{1,2}|,? (?:at|um|à|a las) )(?<hour>\d{2}|\d(?=[.:]))(?<mark>[-.:_]?)(?<minute>\d{2})(?:\k<mark>(?<second>\d{2}))?(?:\.?\d{3})?(?:\s?(?<half>[AP])M)?(?!\d)/iu;
const utcName = /^PXL_/;

const monthName = /(?<![\p{L}\p{N}.])(?<year>\d{4})[-_. ](?<month>0[1-9]|1[0-2])(?![\p{L}\p{N}]|[-_.]\d)/u;
const yearName = /(?<![\p{L}\p{N}.]|\d[-–])(?<year>\d{4})(?![\p{L}\p{N}]|\.\d| ?[-–_] ?\d| ?x ?\d)/gu;
/** Counters of cameras look like years: "IMG_1985", "DSC 2024", "P1012024". */
const counted = /^[A-Z\d]{1,5}[-_ ]?\d{4}$/;
const dayFolders = /(?:^|\/)(?<year>\d{4})\/(?<month>\d{2})(?:\/(?<day>\d{2}))?(?=\/|$)/;

/**
 * Reads a path as programs and people name pictures: "Screenshot 2024-07-03 at 10.11.12.png", "IMG_20240703_101112.jpg", "2024/07/03/1.jpg",
 * "1985 Grandma in Paris/1.jpg". The file's own name comes first, then the nearest folder; null when none tells. `isPhoto`: whether a year
 * alone, or a folder's day, may be that of the picture; of icons and drawings it is not.
 */
export function nameTimeOf(path: string, isPhoto: boolean): NameTime | null {
  const names = path.slice(-maxPathChars).split("/");
  const file = (names.pop() ?? "").replace(/\.[^.]*$/, "");
  const own = dayIn(file);
  if (own !== null) return own;
  if (!isPhoto) return null;
  const ownYear = counted.test(file) ? null : yearIn(file);
  if (ownYear !== null) return ownYear;
  const numbered = inNumberedFolders(names.join("/"));
  if (numbered !== null) return numbered;
  for (const folder of names.toReversed()) {
    const found = folderDay(folder) ?? yearIn(folder);
    if (found !== null) return found;
  }
  return null;
}

function dayIn(name: string): NameTime | null {
  const match = day.exec(name);
  const { year = "", month = "", day: dayOfMonth = "", mark } = match?.groups ?? {};
  if (match === null || !isYear(Number(year), mark === "" ? firstCompactYear : firstYear)) return null;
  const behind = name.slice(match.index + match[0].length);
  const date = `${year}-${month}-${dayOfMonth}`;
  // Pixel phones name their photos by UTC: the day is near enough, the hour is not.
  const time = utcName.test(name) ? "" : clockIn(behind);
  const takenAt = readTakenAt(`${date}${time}`);
  return takenAt === null ? null : { kind: "time", takenAt };
}

function clockIn(behind: string): string {
  const { hour, minute = "00", second = "00", half } = clock.exec(behind)?.groups ?? {};
  if (hour === undefined || Number(minute) > 59 || Number(second) > 59) return "";
  const isPm = half?.toLowerCase() === "p";
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (isPm ? 12 : 0);
  return hours > 23 ? "" : `T${String(hours).padStart(2, "0")}:${minute}:${second}`;
}

function inNumberedFolders(folders: string): NameTime | null {
  const { year, month, day: dayOfMonth } = dayFolders.exec(folders)?.groups ?? {};
  if (year === undefined || !isYear(Number(year)) || Number(month) < 1 || Number(month) > 12) return null;
  const takenAt = dayOfMonth === undefined ? null : readTakenAt(`${year}-${month}-${dayOfMonth}`);
  return takenAt === null ? { kind: "year", year: Number(year), month: Number(month) } : { kind: "time", takenAt };
}

/** Without a clock: what stands behind is a name. */
function folderDay(folder: string): NameTime | null {
  const found = dayIn(folder);
  if (found?.kind !== "time") return null;
  const takenAt = readTakenAt(found.takenAt.date);
  return takenAt === null ? null : { kind: "time", takenAt };
}

/** A year, or a year and a month; none where it names several. */
function yearIn(name: string): NameTime | null {
  const { year, month } = monthName.exec(name)?.groups ?? {};
  if (year !== undefined && isYear(Number(year))) return { kind: "year", year: Number(year), month: Number(month) };
  const years = new Set([...name.matchAll(yearName)].map(({ groups }) => Number(groups?.["year"])));
  const [only] = years;
  return years.size === 1 && only !== undefined && isYear(only) ? { kind: "year", year: only, month: null } : null;
}

function isYear(year: number, first = firstYear): boolean {
  return year >= first && year <= lastYear;
}
