import type { Metadata, MetadataValue } from "../core/document.ts";

const maxPropertyChars = 500;

/** What a document says of itself, before it is known which of it is there. */
export interface DocumentProperties {
  readonly title?: string | undefined;
  readonly author?: string | undefined;
  readonly subject?: string | undefined;
  readonly description?: string | undefined;
  readonly keywords?: string | undefined;
  readonly documentLanguage?: string | undefined;
  readonly publisher?: string | undefined;
  /** In any of the formats' own ways of writing a time. */
  readonly created?: string | undefined;
  readonly modified?: string | undefined;
}

/** The properties that are there as metadata: one line each, at most 500 characters; times as ISO 8601 text. */
export function propertiesMetadata(properties: DocumentProperties): Metadata {
  const metadata: Record<string, MetadataValue> = {};
  for (const [name, value] of Object.entries(properties)) {
    const text = plainLine(value);
    if (text === "") continue;
    if (name !== "created" && name !== "modified") metadata[name] = text;
    else {
      const time = isoTime(text);
      if (time !== null) metadata[name] = time;
    }
  }
  return metadata;
}

function plainLine(value: unknown): string {
  if (typeof value !== "string") return "";
  const head = value.slice(0, 4 * maxPropertyChars);
  const line = head.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  return line.slice(0, maxPropertyChars).toWellFormed();
}

/**
 * ISO 8601 of a time as PDF ("D:20240714101500+02'00'"), XML or RTF write it: with the zone where one is given, else without; a
 * day alone stays a day. null for anything else.
 */
export function isoTime(text: string): string | null {
  const pdf =
    /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-])(\d\d)'?(\d\d)?'?)?/.exec(text) ??
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?(?:(Z)|([+-])(\d\d):?(\d\d)?)?$/.exec(text);
  if (pdf === null) return null;
  const [, year, month = "01", day = "01", hour, minute = "00", second = "00", utc, sign, zoneHour, zoneMinute] = pdf;
  const date = `${year}-${month}-${day}`;
  const time = hour === undefined ? "" : `T${hour}:${minute}:${second}`;
  const zone = time === "" ? "" : sign === undefined ? (utc ?? "") : `${sign}${zoneHour}:${zoneMinute ?? "00"}`;
  return Number.isNaN(Date.parse(date + time + (zone === "" && time !== "" ? "Z" : zone))) ? null : date + time + zone;
}
