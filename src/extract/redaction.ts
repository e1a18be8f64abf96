import type { Metadata, MetadataValue } from "../core/document.ts";
import { findAssignedSecrets, type FoundSecret } from "./secret-assignments.ts";
import { secretTable, type SecretPattern, type SecretTable } from "./secret-patterns.ts";
import { findConnectionSecrets, findPlacedSecrets } from "./secret-places.ts";
import { entropyOf, isExample, isWritten } from "./secret-values.ts";

/** Changes whenever the same text would be redacted in another way. */
export const redactionVersion = "redact-2";

/** A text without the secrets in it, and how many there were. Lines keep their numbers. */
export interface Redacted {
  readonly text: string;
  readonly secrets: number;
}

/**
 * Takes keys, tokens and passwords out of a text: `[redacted: GitHub token]` stands in their place. Known by their look (see
 * secret-patterns.ts), by their name (`password = "..."`), by their place in an address, and as private key blocks. Examples of
 * documentation and placeholders stay. Reads some 80 MB/s: see bench/redaction.
 */
export async function redactSecrets(text: string): Promise<Redacted> {
  const found = [
    ...findKeyBlocks(text),
    ...findKnownSecrets(text, secretTable()),
    ...findConnectionSecrets(text),
    ...findPlacedSecrets(text),
    ...findAssignedSecrets(text),
  ];
  return found.length === 0 ? { text, secrets: 0 } : replace(text, found);
}

/** The same for facts: their texts are redacted, their names and numbers stay. */
export async function redactFacts(facts: Metadata): Promise<{ readonly facts: Metadata; readonly secrets: number }> {
  let secrets = 0;
  const clean: Record<string, MetadataValue> = {};
  for (const [name, value] of Object.entries(facts)) {
    const redacted = typeof value === "string" ? await redactSecrets(value) : { text: value, secrets: 0 };
    secrets += redacted.secrets;
    clean[name] = redacted.text;
  }
  return { facts: secrets === 0 ? facts : clean, secrets };
}

/** Of secrets that overlap, the first counts, and the longer one of two that begin together. */
function replace(text: string, found: readonly FoundSecret[]): Redacted {
  const parts: string[] = [];
  let secrets = 0;
  let at = 0;
  for (const { start, end, label } of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    const lineBreaks = text.slice(start, end).replaceAll(/[^\n]+/g, "");
    parts.push(text.slice(at, start), `[redacted: ${label}]${lineBreaks}`);
    at = end;
    secrets++;
  }
  parts.push(text.slice(at));
  return { text: parts.join(""), secrets };
}

const blockBegin = "-----BEGIN ";
const blockHeader = /-----BEGIN (?:[A-Z0-9]{2,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const maxBlockLength = 20_000;
const leastKeyLength = 60;

/** Private keys in PEM or PGP armour, wherever they stand: also in a string with "\n" in it, or cut off before their end. */
function findKeyBlocks(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (let start = text.indexOf(blockBegin); start !== -1; start = text.indexOf(blockBegin, start + 1)) {
    blockHeader.lastIndex = start;
    if (!blockHeader.test(text)) continue;
    const from = blockHeader.lastIndex;
    const end = endOfBlock(text, from);
    if (end === null) continue;
    found.push({ start, end, label: "private key" });
    start = end - 1;
  }
  return found;
}

/** Where a key's block ends; null when no key follows the header: program text that looks for one, or documentation. */
function endOfBlock(text: string, from: number): number | null {
  const window = text.slice(from, from + maxBlockLength);
  const close = /-----(?:END|BEGIN) [A-Z0-9 ]{0,60}-----/.exec(window);
  if (close !== null && close[0].startsWith("-----END")) {
    const key = window.slice(0, close.index).replaceAll(/\\[nr]|[^A-Za-z0-9+/=]/g, "");
    return key.length >= leastKeyLength && entropyOf(key) > 3 ? from + close.index + close[0].length : null;
  }
  const cut = /^(?:(?:\s|\\[nr]|["'+])*[A-Za-z0-9+/=]{16,})+/.exec(window.slice(0, close?.index));
  return cut !== null && cut[0].length >= leastKeyLength ? from + cut[0].length : null;
}

const longToken = 300;
// No known key is shorter, and few words of a text are as long.
const leastRun = 18;

/** Looks at every run of 18 or more characters that tokens are made of, and at nothing else. */
function findKnownSecrets(text: string, table: SecretTable): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (let at = leastRun - 1; at < text.length; at += leastRun) {
    // Every run of that length holds one of these places.
    if (!isTokenCode(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isTokenCode(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < text.length && isTokenCode(text.charCodeAt(end))) end++;
    if (end - start >= leastRun) at = Math.max(at, secretsOfRun(text, { start, end, table, found }) - 1);
    else at = Math.max(at, end - 1);
  }
  return found;
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly table: SecretTable;
  readonly found: FoundSecret[];
}

/** Adds what a run holds, wherever in it a token begins; gives the place up to which the text was read. */
function secretsOfRun(text: string, { start, end, table, found }: Run): number {
  let at = start;
  const preceded = firstMatch(text, start, table.after(text, start));
  if (preceded?.isSecret === true) {
    found.push(preceded);
    at = preceded.end;
  }
  while (at <= end - leastRun) {
    const mayBegin = table.mayBegin(text.charCodeAt(at), text.charCodeAt(at + 1));
    const secret = mayBegin ? firstMatch(text, at, table.beginningAt(text, at)) : null;
    if (secret?.isSecret === true) found.push(secret);
    // What was no secret may hold one; if it is long, looking again at each place would take too long.
    at = secret === null || (!secret.isSecret && secret.end - at < longToken) ? at + 1 : secret.end;
  }
  return Math.max(at, end);
}

interface Candidate extends FoundSecret {
  readonly isSecret: boolean;
}

/** The first that looks like a secret; else the longest that only has the form of one. */
function firstMatch(text: string, start: number, patterns: readonly SecretPattern[]): Candidate | null {
  let longest: Candidate | null = null;
  for (const { label, pattern, isShort = false } of patterns) {
    pattern.lastIndex = start;
    const token = pattern.exec(text)?.[0];
    if (token === undefined) continue;
    const candidate = { start, end: start + token.length, label };
    const isInWord = !isWordStart(text, start);
    // "task_test_helpers" holds a beginning by chance.
    const isChance = (isShort && isInWord) || ((isShort || isInWord) && !isDrawn(token));
    if (!isChance && !isExample(token)) return { ...candidate, isSecret: true };
    if (longest === null || candidate.end > longest.end) longest = { ...candidate, isSecret: false };
  }
  return longest;
}

const escapeBefore = /(?:\\(?:[nrtbfv]|x[\da-f]{2}|u[\da-f]{4})|%[\da-f]{2}|=3D)$/i;

/** Whether neither a letter nor a digit stands before: those of "\n", "%20" and "=3D" do not count. */
function isWordStart(text: string, start: number): boolean {
  const code = text.charCodeAt(start - 1);
  if (start === 0 || !isTokenCode(code) || code === 95 || code === 45) return true;
  return escapeBefore.test(text.slice(Math.max(0, start - 6), start));
}

function isDrawn(token: string): boolean {
  return /^[A-Z\d]+$/.test(token) || (/\d/.test(token) && !isWritten(token));
}

/** Letters, digits, "_" and "-". */
function isTokenCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    code === 45
  );
}
