import { attributeOf, type XmlPackage } from "./xml-package.ts";

const maxFormats = 100_000;
const dayMs = 86_400_000;
// The serial number of 1970-01-01, and what the calendar of old Macs lacks.
const unixEpochSerial = 25_569;
const macCalendarDays = 1_462;
const lastSerial = 2_958_465;

/** Indexes of the cell styles of a workbook that show a number as a date or a time. */
export async function readDateStyles(parts: XmlPackage, part: string): Promise<ReadonlySet<number>> {
  const dateFormats = new Set<number>();
  const dateStyles = new Set<number>();
  let isInCellStyles = false;
  let style = 0;
  await parts.parse(part, {
    open(name, attributes) {
      if (name === "numFmt" && dateFormats.size < maxFormats) {
        if (isDateFormat(attributeOf(attributes, "formatCode") ?? ""))
          dateFormats.add(Number(attributeOf(attributes, "numFmtId")));
      } else if (name === "cellXfs") isInCellStyles = true;
      else if (name === "xf" && isInCellStyles && style < maxFormats) {
        const format = Number(attributeOf(attributes, "numFmtId"));
        if (isBuiltInDate(format) || dateFormats.has(format)) dateStyles.add(style);
        style++;
      }
    },
    close(name) {
      if (name === "cellXfs") isInCellStyles = false;
    },
  });
  return dateStyles;
}

function isBuiltInDate(format: number): boolean {
  return (format >= 14 && format <= 22) || (format >= 45 && format <= 47);
}

function isDateFormat(code: string): boolean {
  // Words in quotes, colours and escaped letters mean nothing; "h" of [h] is a time.
  const plain = code
    .slice(0, 200)
    .replaceAll(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, "")
    .replaceAll(/general/gi, "");
  return /[ymdhs]/i.test(plain);
}

/** A day number of Excel as ISO text: a day, a time, or both; null where it is none. */
export function serialDate(serial: number, isMacCalendar: boolean): string | null {
  const days = isMacCalendar ? serial + macCalendarDays : serial;
  if (!(days >= 0 && days <= lastSerial)) return null;
  const iso = new Date(Math.round((days - unixEpochSerial) * 86_400) * 1_000).toISOString();
  if (days < 1) return iso.slice(11, 19);
  return (days * dayMs) % dayMs === 0 ? iso.slice(0, 10) : iso.slice(0, 19);
}
