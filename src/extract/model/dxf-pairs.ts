import { DamagedFile, type FileContent } from "../extracted.ts";
import { linesOf } from "../line-stream.ts";

/**
 * Hands on the groups of a DXF file, two lines each: a code and its value. Answers the number of sections. `section` is "" outside
 * of any. Errors: DamagedFile where a code is no number, or the file ends within a section.
 */
export async function readDxfPairs(
  file: FileContent,
  maxBytes: number,
  onGroup: (code: number, value: string, section: string) => void,
): Promise<number> {
  let code: number | null = null;
  let section = "";
  let isOpening = false;
  let sections = 0;
  for await (const lines of linesOf(file, maxBytes)) {
    for (const line of lines) {
      if (code === null) {
        code = codeOf(line);
        continue;
      }
      // Only a text's spaces mean something: it goes on in the next group.
      const value = code === 1 || code === 3 ? line : line.trim();
      if (code === 0 && value === "SECTION") isOpening = true;
      else if (isOpening && code === 2) {
        section = value;
        sections++;
        isOpening = false;
      } else if (code === 0 && value === "ENDSEC") {
        onGroup(0, value, "");
        section = "";
      } else onGroup(code, value, section);
      code = null;
    }
  }
  if (section !== "" && file.sizeBytes <= maxBytes) throw new DamagedFile("is cut short");
  return sections;
}

function codeOf(line: string): number {
  const code = Number(line);
  if (!Number.isInteger(code) || code < -10 || code > 1_100) throw new DamagedFile("is no DXF drawing, or is damaged");
  return code;
}
