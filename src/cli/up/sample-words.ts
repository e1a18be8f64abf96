/** Where most languages name something of their own. */
const declaration =
  /^[ \t]*(?:export\s+)?(?:default\s+)?(?:pub(?:\([a-z]+\))?\s+)?(?:public\s+|private\s+|static\s+|async\s+)*(?:function\*?|class|interface|def|fn|func|struct|enum|trait|module|sub|proc)\s+([\p{L}_$][\p{L}\p{N}_$]{3,})/mu;

// Words of every language and every text: they find nothing that tells of this file.
const saysNothing = new Set(
  "about after also and are because been before being between both case catch class const could default does each else enum export extends false final finally for from function have here http https import interface into just know length like main make more most much must name namespace need never none null only other over private protected public readonly require return same self should some static string struct such super switch than that the their them then there these they this those throw throws todo true type typeof undefined until used using value var very void want were what when where which while will with without would yield your".split(
    " ",
  ),
);

const shortestTelling = 4;

/** The first symbol of a file as words ("loginVisitor" -> "login visitor"), else its most frequent word; null when it has neither. */
export function wordsOfText(text: string): string | null {
  const symbol = declaration.exec(text)?.[1];
  const words = symbol === undefined ? "" : splitName(symbol).join(" ");
  return words === "" ? frequentWord(text) : words;
}

/** "parseRequest_v2" -> ["parse", "request"]: a name's words of two letters and more, in lower case. */
export function splitName(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 1)
    .map((word) => word.toLowerCase());
}

function frequentWord(text: string): string | null {
  const counts = new Map<string, number>();
  for (const word of splitName(text)) {
    if (!saysNothing.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  // Of equals the first: a text says early what it is about.
  const words = [...counts].toSorted(([, a], [, b]) => b - a).map(([word]) => word);
  return words.find((word) => word.length >= shortestTelling) ?? words[0] ?? null;
}
