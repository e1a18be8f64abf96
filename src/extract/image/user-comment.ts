const headBytes = 8;

/**
 * The text of EXIF's UserComment, whose first eight bytes name its character set; Unicode is UTF-16 in the order that its mark or its
 * first letters show, else the file's. Null for what is no text.
 */
export function userComment(bytes: Buffer, isLittleEndian: boolean): string | null {
  const set = bytes
    .toString("latin1", 0, headBytes)
    .replace(/[\0 ]+$/, "")
    .toUpperCase();
  const content = bytes.subarray(headBytes);
  if (set === "UNICODE") return utf16(content, isLittleEndian);
  if (set !== "ASCII" && set !== "") return null;
  const text = content.toString("utf8").replace(/[\0 ]+$/, "");
  return /[\0\uFFFD]/.test(text) ? null : text;
}

function utf16(content: Buffer, isLittleEndian: boolean): string {
  const [first, second] = content;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const isLittle = isMarked ? first === 0xff : (littleByLetters(content) ?? isLittleEndian);
  const whole = content.subarray(isMarked ? 2 : 0, content.length & ~1);
  const text = isLittle ? whole.toString("utf16le") : Buffer.from(whole).swap16().toString("utf16le");
  return text.replace(/\0[^]*$/, "").trimEnd();
}

/** Programs write the order of their machine; where Latin letters show it, they are believed. */
function littleByLetters(content: Buffer): boolean | null {
  let [little, big] = [0, 0];
  for (let at = 0; at + 1 < Math.min(content.length, 256); at += 2) {
    if (content[at] !== 0 && content[at + 1] === 0) little++;
    else if (content[at] === 0 && content[at + 1] !== 0) big++;
  }
  return little === big ? null : little > big;
}
