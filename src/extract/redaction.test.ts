import { expect, test } from "vitest";
import { createRandom } from "../../test/fixtures/ignore-fuzz.ts";
import { redactSecrets } from "./redaction.ts";

// Written in two parts, so that no scanner finds them here.
const keyEnd = "KEY-----";
const example = "EXAMPLE";
const hex = "0123456789abcdef";
const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Drawn anew from a fixed seed, so that no scanner finds a key in this file. */
function drawn(length: number, alphabet = base62, seed = 7): string {
  const random = createRandom(seed + length);
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? "").join("");
}

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

test.each([
  ["AWS access key", `AKIA${drawn(16, upper)}`],
  ["Google API key", `AIza${drawn(35)}`],
  ["GitHub token", `ghp_${drawn(36)}`],
  ["GitHub token", `github_pat_${drawn(22)}_${drawn(59)}`],
  ["GitLab token", `glpat-${drawn(20)}`],
  ["Slack token", `xoxb-${drawn(12, "0123456789")}-${drawn(13, "0123456789")}-${drawn(24)}`],
  ["Stripe key", `sk_live_${drawn(24)}`],
  ["Twilio key", `SK${drawn(32, hex)}`],
  ["SendGrid key", `SG.${drawn(22)}.${drawn(43)}`],
  ["OpenAI key", `sk-proj-${drawn(48)}`],
  ["OpenAI key", `sk-${drawn(48)}`],
  ["Anthropic key", `sk-ant-api03-${drawn(93)}AA`],
  ["Hugging Face token", `hf_${drawn(34)}`],
  ["npm token", `npm_${drawn(36)}`],
  ["PyPI token", `pypi-AgEIcHlwaS5vcmc${drawn(60)}`],
  ["Docker token", `dckr_pat_${drawn(27)}`],
  ["DigitalOcean token", `dop_v1_${drawn(64, hex)}`],
  ["Shopify token", `shpat_${drawn(32, hex)}`],
  ["Square token", `sq0atp-${drawn(22)}`],
  ["Telegram token", `${drawn(9, "123456789")}:AA${drawn(33)}`],
  ["Discord token", `MT${drawn(24)}.${drawn(6)}.${drawn(38)}`],
  ["JSON web token", `eyJ${drawn(30)}.eyJ${drawn(60)}.${drawn(43)}`],
  ["Azure client secret", `${drawn(3)}8Q~${drawn(34)}`],
  ["Slack webhook", `https://hooks.slack.com/services/T${drawn(8, upper)}/B${drawn(8, upper)}/${drawn(24)}`],
])("a %s goes, and the text around it stays", async (label, token) => {
  for (const [before, after] of [
    ["const client = connect('", "');"],
    ["see ", " there"],
    ["x=", "\ny=1"],
    ["", ""],
  ]) {
    const { text, secrets } = await redactSecrets(`first\n${before}${token}${after}\nlast`);
    expect({ text, secrets }).toEqual({
      text: expect.stringContaining(`[redacted: ${label}]${after}\nlast`),
      secrets: 1,
    });
    expect(text).not.toContain(token.slice(-12));
    expect(text.startsWith(`first\n${before}`)).toBe(true);
  }
});

const strong = drawn(28);

test.each([
  [`password = "k9!vR2#pLq"`, `password = "[redacted: password]"`],
  [`db_password: Xk29vR2pLqW7\n`, `db_password: [redacted: password]\n`],
  [`DB_PASSWORD=s7!Grün9?\nX=1`, null],
  [`API_KEY=${strong}\nX=1`, `API_KEY=[redacted: secret]\nX=1`],
  [`{"clientSecret": "${strong}"}`, `{"clientSecret": "[redacted: secret]"}`],
  [`headers["x-api-key"] = '${strong}';`, `headers["x-api-key"] = '[redacted: secret]';`],
  [`postgres://app:${strong}@db.internal/app`, `postgres://app:[redacted: password]@db.internal/app`],
  [`AccountName=a;AccountKey=${drawn(86)}==;`, `AccountName=a;AccountKey=[redacted: Azure key];`],
  [`curl -H "Authorization: Bearer ${drawn(40)}"`, `curl -H "Authorization: Bearer [redacted: bearer token]"`],
])("a value under a name that means a secret goes: %s", async (text, expected) => {
  expect((await redactSecrets(text)).text).toBe(expected ?? text);
});

test.each([
  `password = "changeme"`,
  `password = "\${DB_PASSWORD}"`,
  `const token = await getToken2(user);`,
  `api_key: <your-api-key-2024>`,
  `token: process.env.GITHUB_TOKEN_V2`,
  `apiKey: "xxxxxxxxxxxxxxxxxxxxxxxx1"`,
  `password: "user/wrong-password"`,
  `passwordHashAlgorithm: "pbkdf2_sha256_v2"`,
  `secretKey: "authorization-token-header-2024"`,
  `postgres://user:pass@localhost/db`,
  `https://abc:Zq123X@example.com/`,
  `aws_access_key_id = AKIAIOSFODNN7${example}`,
  `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY${example}KEY`,
  `"integrity": "sha512-${drawn(86)}=="`,
  `const id = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";`,
  `commit ${drawn(40, hex)}`,
  `"src/tokenizer.ts": "${drawn(40, hex)}"`,
  `ghp_${"x".repeat(36)}`,
  `if (pem.startsWith("-----BEGIN PRIVATE ${keyEnd}")) return "-----END PRIVATE KEY-----";`,
])("what only looks like a secret stays: %s", async (text) => {
  expect(await redactSecrets(text)).toEqual({ text, secrets: 0 });
});

const keyLines = Array.from({ length: 5 }, (_, index) => drawn(64, base62, index));

test("a private key among other text goes, and the lines after it keep their numbers", async () => {
  const block = ["-----BEGIN RSA PRIVATE KEY-----", ...keyLines, "-----END RSA PRIVATE KEY-----"];
  const { text, secrets } = await redactSecrets(["# how to", ...block, "after"].join("\n"));
  expect(secrets).toBe(1);
  expect(text.split("\n")).toEqual(["# how to", "[redacted: private key]", "", "", "", "", "", "", "after"]);
});

test("a private key in one string, or cut off before its end, goes too", async () => {
  const inJson = `{"key": "-----BEGIN PRIVATE ${keyEnd}\\n${keyLines.join("\\n")}\\n-----END PRIVATE KEY-----\\n", "a": 1}`;
  expect((await redactSecrets(inJson)).text).toBe(`{"key": "[redacted: private key]\\n", "a": 1}`);
  const cut = `-----BEGIN EC PRIVATE ${keyEnd}\n${keyLines.join("\n")}\n`;
  expect((await redactSecrets(cut)).text).toBe(`[redacted: private key]${"\n".repeat(6)}`);
});

test("texts made to be slow are read all the same", async () => {
  for (const unit of [
    "secret",
    "password = ",
    "-----BEGIN RSA PRIVATE KEY-----\n",
    "eyJ",
    "://a:",
    "+",
    "A",
    'token="',
    "SG.",
    "a.b-",
  ]) {
    const text = unit.repeat(Math.ceil(400_000 / unit.length));
    expect((await redactSecrets(text)).text.split("\n").length).toBe(text.split("\n").length);
  }
});
