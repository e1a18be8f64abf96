/** One row of the names under which people keep secrets. Matched without case against the file's name. */
interface SecretName {
  readonly pattern: RegExp;
  readonly what: string;
}

const secretNames: readonly SecretName[] = [
  { pattern: /^\.env(\..+)?$|^.+\.env$|^\.envrc$/, what: "environment files" },
  { pattern: /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?([._-].+)?$/, what: "SSH keys" },
  { pattern: /\.(pem|key|p12|pfx|p8|pk8|ppk|jks|keystore|kdbx?|gpg|pgp|ovpn)$/, what: "keys and key stores" },
  {
    pattern: /^\.?(netrc|_netrc|pgpass|my\.cnf|pypirc|htpasswd|dockercfg|git-credentials|s3cfg|boto|vault-token)$/,
    what: "passwords",
  },
  { pattern: /^\.?(credentials|secrets?)(\.(json|ya?ml|toml|ini|txt|xml|properties))?$/, what: "credentials" },
  { pattern: /^(client_secret|service-?account|gcp-key|firebase-adminsdk).*\.json$/, what: "cloud keys" },
  { pattern: /\.(tfstate(\.backup)?|tfvars)$/, what: "Terraform state and variables" },
  { pattern: /^(kubeconfig|terraform\.rc|\.terraformrc|\.kube-config)$/, what: "cluster access" },
];

// Templates that are committed on purpose, and public halves of keys.
const harmless =
  /\.(example|sample|template|dist|defaults?|schema)$|^\.env\.(example|sample|template|defaults?)(\..+)?$|\.pub$/;

/** Whether a file's name alone says that it holds secrets: such a file is neither read nor indexed. */
export function isSecretName(name: string): boolean {
  const folded = name.toLowerCase();
  return !harmless.test(folded) && secretNames.some(({ pattern }) => pattern.test(folded));
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
