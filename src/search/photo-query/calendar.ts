/** A day as YYYY-MM-DD. */
export type Day = string;

const dayMs = 86_400_000;

export interface DayFields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Null for a day that is on no calendar, as February 30. */
export function dayOf({ year, month, day }: DayFields): Day | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? textOf(date) : null;
}

export function fieldsOf(day: Day): DayFields {
  const [year = 0, month = 0, dayOfMonth = 0] = day.split("-").map(Number);
  return { year, month, day: dayOfMonth };
}

export function addDays(day: Day, count: number): Day {
  return textOf(new Date(Date.parse(day) + count * dayMs));
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return new Date(Date.parse(day)).getUTCDay();
}

/** First day of the month that is so many months after the day's. */
export function monthStart(day: Day, monthsLater: number): Day {
  const { year, month } = fieldsOf(day);
  return textOf(new Date(Date.UTC(year, month - 1 + monthsLater, 1)));
}

export function monthEnd(day: Day): Day {
  return addDays(monthStart(day, 1), -1);
}

/** Today where the zone is; an unknown zone counts as the machine's. */
export function todayIn(timeZone: string | null, nowMs: number): Day {
  const options = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const format = new Intl.DateTimeFormat("en-CA", timeZone === null ? options : { ...options, timeZone });
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
}

function textOf(date: Date): Day {
  return date.toISOString().slice(0, 10);
}
