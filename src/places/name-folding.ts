/** Letters that Unicode does not take apart into a base and a mark. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/**
 * A name as it is compared: lower case, no accents, apostrophes left out, other punctuation as one blank, "st" and "ste" at its begin
 * as "saint" and "sainte". "Saint-Étienne" and "st etienne" are one.
 */
export function foldedName(name: string): string {
  return foldedLines(name.replaceAll("\n", " "))[0] ?? "";
}

/** Every line of a text as `foldedName` has it. */
export function foldedLines(text: string): string[] {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .replace(/[ßæœøłđðþı]/g, (letter) => plainLetters[letter] ?? letter)
    .replace(/['’‘ʻʼ`]/g, "")
    .replace(/[^\p{L}\p{N}\n]+/gu, " ")
    .split("\n")
    .map((line) => line.trim().replace(/^st(e?) /, "saint$1 "));
}

/** The name with umlauts written out, "Nuernberg"; null when it has none. */
export function umlautsWrittenOut(name: string): string | null {
  if (!/[äöü]/i.test(name)) return null;
  const written = name
    .normalize("NFC")
    .toLowerCase()
    .replace(/[äöü]/g, (letter) => ({ ä: "ae", ö: "oe", ü: "ue" })[letter] ?? letter);
  return written === name.normalize("NFC").toLowerCase() ? null : written;
}
