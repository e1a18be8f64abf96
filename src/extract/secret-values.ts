/** Shannon's entropy of the characters, in bits for each: some 4 and more for random letters and digits, 3.5 for random hex. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

const examples =
  /EXAMPLE|example|x{4}|X{4}|\*{3}|\.{3}|(?<![A-Za-z0-9])(?:[Yy]our|YOUR|[Mm]y|MY)[-_]|0{6}|1234567|abcdefg|ABCDEFG|aaaa|placeholder|PLACEHOLDER|redacted|REDACTED|SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c|Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsu/;
const least = 3;

/** Whether a token of a known look is one that documentation uses, or a line of crosses. */
export function isExample(token: string): boolean {
  return examples.test(token) || entropyOf(token) < least;
}

const variable = /\$\{|\$\(|\{\{|\}\}|^\{|<[^>]*>|%[sdv({]|^[$%@#]\w+%?$|^\[redacted|process\.env|environ|getenv/;
const fillers =
  /change[-_]?(?:me|it|this)|placeholder|^(?:your|my|the|some|any)[-_]?|x{3}|\*{3}|\.{3}|dummy|redacted|sample|example|fake|mock|insert|todo|replace|^foo|^bar|lorem|default|^test|test[-_]|[-_]test|12345|abcdef|qwert|passwo?r?d|secret|token|api[-_]?key|admin|guest|^root|postgres|hunter2|letmein|undefined|null|none|true|false/i;

/** Whether a value stands for another one: a variable, a word in angle brackets, "changeme". */
export function isPlaceholder(value: string): boolean {
  return variable.test(value) || fillers.test(value);
}

/** Whether a value is made of words rather than drawn: most of it stands in words of four letters or more that can be spoken. */
export function isWritten(value: string): boolean {
  let inWords = 0;
  for (const [word] of value.matchAll(/[A-Z]?[a-z]{3,}|[A-Z]{4,}(?![a-z])/g)) {
    if (word.length >= 4 && /[aeiouy]/i.test(word) && !/[^aeiouy]{5}|[^aeiouy]{4}$/i.test(word)) inWords += word.length;
  }
  return inWords >= value.length * 0.6;
}

/** Whether digits, small and capital letters alternate as they do by chance and not in names: "k2Xq9vL", not "user2Name". */
export function isMixed(value: string): boolean {
  const kinds = Array.from(value.replaceAll(/[_.-]/g, ""), (char) =>
    /\d/.test(char) ? 0 : /[a-z]/.test(char) ? 1 : 2,
  );
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
  return changes >= (kinds.length - 1) * 0.4;
}

/** Whether a value is an address, a path, a date, a version or an expression. */
export function isReference(value: string): boolean {
  return (
    /^(?:[a-z][\w+.-]*:\/\/|\.{0,2}\/|~\/|[A-Za-z]:\\|#|@|data:|arn:|urn:|sha\d+-)/.test(value) ||
    /[(){}[\]<>\\|,]/.test(value) ||
    /^[\d.:TZ+-]+$/.test(value) ||
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value)
  );
}
