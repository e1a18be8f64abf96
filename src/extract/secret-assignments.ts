import { entropyOf, isPlaceholder, isReference, isWritten } from "./secret-values.ts";

/** A secret's place in a text; `end` is exclusive. */
export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

// Names that mean a secret, up to where the value begins. What follows a keyword in the name is looked at below.
const assignment = (): RegExp =>
  /(passw(?:or)?d|passphrase|pwd|secret|token|(?:api|access|private|signing|encryption|master|auth|account)[_-]?key|credential)([\w.-]{0,24})["'`]?\]?[ \t]{0,8}(?::=|=>|[:=]{1,3})[ \t]{0,8}(["'`]?)/gi;
// The name of something about a secret: "passwordHashAlgorithm", "tokenUrl", "tokenizer.ts".
const about =
  /hash|algo|type|name|policy|field|label|ur[il]|path|file|length|size|regex|pattern|hint|prompt|error|message|expir|header|class|style|icon|place|selector|count|index|limit|version|mode|scope|format|prefix|kind|id$|ids$|\.(?:[cm]?[jt]sx?|py|go|rs|rb|md|json|php|java|cs|html?|css|ya?ml)$/i;
const quoted = { '"': /[^"\r\n]{8,200}(?=")/y, "'": /[^'\r\n]{8,200}(?=')/y, "`": /[^`\r\n]{8,200}(?=`)/y };
const bare = /[\w+/=.~!@$%^&*-]{12,200}(?=$|[\s,;"'])/my;

/** Values that are assigned to names such as `password` and `api_key`, and look as if they were drawn, not written. */
export function findAssignedSecrets(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  const names = assignment();
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const [, keyword = "", rest = "", quote = ""] = match;
    if (about.test(rest)) continue;
    const isQuoted = quote === '"' || quote === "'" || quote === "`";
    const reader = isQuoted ? quoted[quote] : bare;
    reader.lastIndex = names.lastIndex;
    const value = reader.exec(text)?.[0];
    if (value === undefined) continue;
    const isPassword = /^pass|^pwd/i.test(keyword);
    const isSecret = isPassword ? isPasswordValue(value, isQuoted) : isKeyValue(value, isQuoted);
    if (!isSecret) continue;
    const start = names.lastIndex;
    found.push({ start, end: start + value.length, label: isPassword ? "password" : "secret" });
    names.lastIndex = start + value.length;
  }
  return found;
}

function isPasswordValue(value: string, isQuoted: boolean): boolean {
  if (/\s/.test(value) || isPlaceholder(value) || isReference(value)) return false;
  if (!/[A-Za-z]/.test(value) || !/[0-9!@#$%^&*?]/.test(value)) return false;
  // Without quotes it may be an expression of a programming language.
  if (isQuoted) return entropyOf(value) >= 2.5;
  return entropyOf(value) >= 3 && /\d/.test(value) && (/[!@#$%^&*~]/.test(value) || !isExpression(value));
}

function isKeyValue(value: string, isQuoted: boolean): boolean {
  if (value.length < 16 || /\s/.test(value) || isReference(value)) return false;
  if (!/[A-Za-z]/.test(value) || !/\d/.test(value)) return false;
  // Hex has 16 characters to draw from, so its entropy is lower.
  if (entropyOf(value) < (/^[0-9a-f]+$/i.test(value) ? 3 : 3.5)) return false;
  if (isPlaceholder(value) || isWritten(value)) return false;
  return isQuoted || !isExpression(value);
}

/** "config.token2", "a1_b2.c": names joined by dots, or words. */
function isExpression(value: string): boolean {
  return isWritten(value) || /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value) || !/\d.*\d/.test(value);
}

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
