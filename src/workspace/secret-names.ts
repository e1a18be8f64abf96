import { loosestName } from "./path-form.ts";

/** One row of the names under which people keep secrets. Matched without case against the file's name, and its directory's path. */
interface SecretName {
  readonly pattern: RegExp;
  /** Where the name alone says too little. */
  readonly directory?: RegExp;
  readonly what: string;
}

const secretNames: readonly SecretName[] = [
  { pattern: /^\.env(\..+)?$|^.+\.env$|^\.envrc$/, what: "environment files" },
  {
    pattern: /^env[._-](production|prod|staging|stage|development|dev|local|live|test)(\.local)?$/,
    what: "environment files",
  },
  { pattern: /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?([._-].+)?$/, what: "SSH keys" },
  { pattern: /^ssh_host_.+_key$|^(.+[._-])?(deploy|private)[_-]key$/, what: "SSH keys" },
  { pattern: /\.(pem|key|p12|pfx|p8|pk8|ppk|jks|keystore|kdbx?|gpg|pgp|ovpn)$/, what: "keys and key stores" },
  {
    pattern: /^\.?(netrc|_netrc|pgpass|my\.cnf|pypirc|htpasswd|dockercfg|git-credentials|s3cfg|boto|vault-token)$/,
    what: "passwords",
  },
  { pattern: /^\.?vault[_-]pass(word)?([_-]file)?(\.txt)?$|^\.(token|api[_-]?key|passw(or)?d)s?$/, what: "passwords" },
  // A list without names beside the words, which the redaction cannot know.
  { pattern: /^passwords?\.(txt|csv)$/, what: "passwords" },
  { pattern: /^\.?(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt|xml|properties))?$/, what: "credentials" },
  // Two letters are a language: the words of a page about secrets.
  { pattern: /^(secrets?\.[\w-]{3,}|.+\.secrets?)\.(json|ya?ml|toml|ini|properties)$/, what: "credentials" },
  {
    pattern: /^(rclone\.conf|sftp-config\.json|local\.settings\.json|credentials\.tfrc\.json|\.mylogin\.cnf)$/,
    what: "access of clients",
  },
  { pattern: /^config\.json$/, directory: /(^|\/)\.docker\/?$/, what: "access of clients" },
  {
    pattern: /^\.[\w-]+_history$|^\.(zhistory|histfile)$|^(fish_history|consolehost_history\.txt)$/,
    what: "histories",
  },
  { pattern: /^(client_secret|service-?account|gcp-key|firebase-adminsdk).*\.json$/, what: "cloud keys" },
  { pattern: /\.(tfstate(\.backup)?|tfvars)$/, what: "Terraform state and variables" },
  { pattern: /^config$/, directory: /(^|\/)\.kube\/?$/, what: "cluster access" },
  { pattern: /^(kubeconfig|terraform\.rc|\.terraformrc|\.kube-config)$/, what: "cluster access" },
];

// Templates that are committed on purpose, and public halves of keys.
const harmless =
  /[._-](example|sample|template|dist|defaults?|schema)(\.(json|ya?ml|toml|ini|txt|xml|properties))?$|^\.env\.(example|sample|template|defaults?)(\..+)?$|\.pub$/;

/**
 * Whether a file's name and place alone say that it holds secrets: such a file is neither read nor indexed. The directory is a path
 * that may end in "/"; "" is the workspace's root.
 */
export function isSecretName(name: string, directory = ""): boolean {
  const folded = loosestName(name);
  const isNamed = (row: SecretName): boolean =>
    row.pattern.test(folded) && (row.directory === undefined || row.directory.test(directory.toLowerCase()));
  return secretNames.some(isNamed) && !harmless.test(folded);
}

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;
const keyBlock = /-----BEGIN [A-Z0-9 ]{1,60}-----[^]{0,20000}?(?:-----END [A-Z0-9 ]{1,60}-----|$)/g;
const maxKeyFileLength = 100_000;
const otherTextLength = 400;
const npmToken = /^\s*(\/\/.*:)?_?(authToken|auth|password)\s*=\s*(?!\$\{)\S/im;
const yarnToken = /^\s*["']?npm(AuthToken|AuthIdent)["']?\s*:\s*["']?(?!\$\{)[^\s"']/m;

/** Whether a text that a harmless name promised is a secret after all: a private key, or an .npmrc with a token. */
export function isSecretText(name: string, text: string): boolean {
  if (name.toLowerCase().endsWith(".npmrc")) return npmToken.test(text);
  if (name.toLowerCase() === ".yarnrc.yml") return yarnToken.test(text);
  // Among other text a key is redacted; a file that is little else is not for reading.
  return (
    text.length < maxKeyFileLength &&
    privateKey.test(text.slice(0, 200)) &&
    text.replaceAll(keyBlock, "").trim().length < otherTextLength
  );
}
