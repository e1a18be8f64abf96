import type { FoundSecret } from "./secret-assignments.ts";
import { entropyOf, isExample, isMixed, isPlaceholder, isReference } from "./secret-values.ts";

const urlPassword = (): RegExp => /:\/\/[^\s/:@'"`<>]{0,80}:([^\s/@'"`<>]{3,100})@(?=[\w[-])/g;
const storageKey = (): RegExp => /(?:AccountKey|SharedAccessKey|SharedSecretKey)=([A-Za-z0-9+/]{40,100}={0,2})/g;

/** Passwords in addresses (`postgres://user:...@host`) and keys in connection strings. */
export function findConnectionSecrets(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  const urls = urlPassword();
  for (let match = urls.exec(text); match !== null; match = urls.exec(text)) {
    const password = match[1] ?? "";
    if (isPlaceholder(password) || isSampleAddress(match[0], password, text.slice(urls.lastIndex, urls.lastIndex + 20)))
      continue;
    const start = match.index + match[0].length - 1 - password.length;
    found.push({ start, end: start + password.length, label: "password" });
  }
  for (const match of text.matchAll(storageKey())) {
    const key = match[1] ?? "";
    if (entropyOf(key) < 3.5 || isPlaceholder(key)) continue;
    const start = match.index + match[0].length - key.length;
    found.push({ start, end: start + key.length, label: "Azure key" });
  }
  return found;
}

/** "user:pass", "app:app", "bob:word", and hosts that exist for examples. */
function isSampleAddress(address: string, password: string, host: string): boolean {
  return (
    /^(?:(?:pass|pwd|pw)\w?|[a-z]{1,8}|\d{1,6})$/i.test(password) ||
    address.startsWith(`://${password}:`) ||
    /^(?:\w+\.)?example\b/.test(host)
  );
}

interface PlacedPattern {
  readonly label: string;
  /** What every match holds: most texts do not. */
  readonly mark: string;
  /** From its first group's start to its last one's end is the secret. */
  readonly pattern: () => RegExp;
  readonly isSecret: (secret: string) => boolean;
}

const isKey = (secret: string): boolean => !isExample(secret);

/** Where the text around a secret names it, and its own characters do not. */
const placedPatterns: readonly PlacedPattern[] = [
  {
    label: "JSON web token",
    // Found from its middle, which keeps the time in proportion to the text's length.
    mark: ".eyJ",
    pattern: () => /\.eyJ(?=([\w-]{12,}\.[\w-]{16,}))(?<=(eyJ[\w-]{12,})\.eyJ)/dg,
    isSecret: isKey,
  },
  {
    label: "Mailchimp key",
    mark: "-us",
    pattern: () => /-us\d{1,2}(?![\w-])(?<=([0-9a-f]{32}-us\d{1,2}))/dg,
    isSecret: isKey,
  },
  {
    label: "Azure signature",
    mark: "sig=",
    pattern: () => /sig=((?:[A-Za-z0-9+/-]|%2[BbFf]){40,64}(?:=|%3[Dd]))/dg,
    isSecret: isKey,
  },
  { label: "secret", mark: "django-insecure-", pattern: () => /django-insecure-([^\s'"]{30,80})/dg, isSecret: isKey },
  { label: "Fly.io token", mark: "fm", pattern: () => /(fm(?:1[ar]|2)_[A-Za-z0-9+/]{100,}={0,3})/dg, isSecret: isKey },
  {
    label: "private key",
    mark: "Private-Lines: ",
    pattern: () => /Private-Lines: \d{1,4}\r?\n((?:[A-Za-z0-9+/=]{1,64}(?:\r?\n|$))+)/dg,
    isSecret: isKey,
  },
  {
    label: "private key",
    mark: "LS0tLS1CRUdJTi",
    pattern: () => /(LS0tLS1CRUdJTi[A-Za-z0-9+/]{60,}={0,2})/dg,
    isSecret: (secret) => atob(secret.slice(0, 60)).includes("PRIVATE KEY"),
  },
  {
    label: "credentials",
    mark: '"auth"',
    pattern: () => /"auth"[ \t]{0,8}:[ \t]{0,8}"([A-Za-z0-9+/]{8,2000}={0,2})"/dg,
    isSecret: isUserAndPassword,
  },
  {
    label: "password",
    mark: "curl ",
    pattern: () => /curl [^\n]{0,300}?(?:-u|--user)[ =]{0,2}["']?[\w.@+-]{1,80}:([^\s"'`]{4,200})/dg,
    isSecret: (secret) => !isPlaceholder(secret) && !isReference(secret) && (/\d/.test(secret) || isMixed(secret)),
  },
];

/** Secrets that are known by the text around them: of clients' configuration, of command lines, in tokens' middles. */
export function findPlacedSecrets(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { label, mark, pattern, isSecret } of placedPatterns) {
    if (!text.includes(mark)) continue;
    const search = pattern();
    for (let match = search.exec(text); match !== null; match = search.exec(text)) {
      const places = (match.indices ?? []).slice(1).filter((place) => place !== undefined);
      const start = Math.min(...places.map(([from]) => from));
      const end = Math.max(...places.map(([, to]) => to));
      if (isSecret(text.slice(start, end))) found.push({ start, end, label });
    }
  }
  return found;
}

/** Base64 of "user:password". */
function isUserAndPassword(value: string): boolean {
  if (value.length % 4 !== 0) return false;
  const [, password] = /^[\x21-\x39\x3b-\x7e]+:([\x20-\x7e]{4,})$/.exec(atob(value)) ?? [];
  return password !== undefined && !isPlaceholder(password);
}
