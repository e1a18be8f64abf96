import { expect, test } from "vitest";
import { base62, drawn, hex } from "../../test/fixtures/drawn-text.ts";
import { redactSecrets } from "./redaction.ts";

// Written in two parts, so that no scanner finds them here.
const keyEnd = "KEY-----";
const example = "EXAMPLE";
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
  ["Airtable token", `pat${drawn(14)}.${drawn(64, hex)}`],
  ["Artifactory key", `AKCp${drawn(69)}`],
  ["Bitbucket password", `ATBB${drawn(32)}`],
  ["Dropbox token", `sl.${drawn(136)}`],
  ["Facebook token", `EAA${drawn(160)}`],
  ["Fly.io token", `fm2_${drawn(120)}`],
  ["GitLab token", `GR1348941${drawn(20)}`],
  ["Heroku key", `HRKU-AA${drawn(58)}`],
  ["Mailchimp key", `${drawn(32, hex)}-us12`],
  ["Notion token", `secret_${drawn(43)}`],
  ["Notion token", `ntn_${drawn(11, "123456789")}${drawn(35)}`],
  ["Resend key", `re_${drawn(8)}_${drawn(24)}`],
  ["Terraform token", `${drawn(14)}.atlasv1.${drawn(67)}`],
  ["Azure signature", `sig=${drawn(43)}%3D`],
  ["NuGet key", `oy2${drawn(43, "abcdefghijklmnopqrstuvwxyz234567")}`],
  ["crates.io token", `cio${drawn(32)}`],
  ["Netlify token", `nfp_${drawn(36)}`],
  ["Dynatrace token", `dt0c01.${drawn(24, upper)}.${drawn(64, upper)}`],
  ["Pinecone key", `pcsk_${drawn(6)}_${drawn(63)}`],
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
  `ask_test_that_it_runs_2`,
  `task-${drawn(40, hex)}`,
  `#password_encryption = scram-sha-256`,
  `nextPageToken: "page-2-after-name-smith"`,
  `commitToken = "${drawn(40, hex)}"`,
  `tokenizer = "cl100k_base_2023_v1x"`,
  `secretKeyRef: app-db-credentials-v2x9`,
  `private_key = private_key_pkcs12`,
  `tokens = EMPTY_INT32_ARRAY;`,
  `password: pbkdf2Sync`,
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

test.each([
  ["GitHub token", `ghp_${drawn(36)}`],
  ["AWS access key", `AKIA${drawn(16, upper)}`],
  ["Google API key", `AIza${drawn(35)}`],
  ["Stripe key", `sk_live_${drawn(24)}`],
  ["npm token", `npm_${drawn(36)}`],
  ["SendGrid key", `SG.${drawn(22)}.${drawn(43)}`],
  ["JSON web token", `eyJ${drawn(30)}.eyJ${drawn(60)}.${drawn(43)}`],
])("a %s goes wherever it stands: behind letters, escapes and other names", async (label, token) => {
  for (const before of ["TOKEN\\n", "a\\t", "q=%20", "x=3D", "my-", "STRIPE_", "x", "ab1"]) {
    const { text, secrets } = await redactSecrets(`"${before}${token}"`);
    expect({ before, text, secrets }).toEqual({
      before,
      text: expect.stringContaining(`[redacted: ${label}]"`),
      secrets: 1,
    });
  }
});

test("two tokens in one run of characters both go", async () => {
  const { text } = await redactSecrets(`ghp_${drawn(36)}-AKIA${drawn(16, upper)}`);
  expect(text).toBe("[redacted: GitHub token]-[redacted: AWS access key]");
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
    "-eyJ",
    ".eyJ",
    "eyJ.",
    "eyJaaaaaaaaaaaaa.",
    "sk_test_",
    "ghp_",
    "curl ",
    "curl -u a:",
    "a_",
    "LS0tLS1CRUdJTi",
    "fm2_",
    "sig=",
    "Private-Lines: 1\n",
    "password: a ",
    'setPassword("',
    "ENV token ",
    "a0|",
    "-us1",
    "sk-proj-",
    "tskey-a",
    "re_",
  ]) {
    const text = unit.repeat(Math.ceil(400_000 / unit.length));
    expect((await redactSecrets(text)).text.split("\n").length).toBe(text.split("\n").length);
  }
});
