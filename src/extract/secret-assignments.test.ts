import { expect, test } from "vitest";
import { base62, drawn, hex } from "../../test/fixtures/drawn-text.ts";
import { redactSecrets } from "./redaction.ts";

const draws = 40;
// Of values that are drawn at random, a few look written.
const mostDraws = 34;

test.each([
  ["an environment file", (value: string) => `A=1\nDB_PASSWORD=${value}\nB=2`],
  ["a short name", (value: string) => `DB_PASS=${value}\n`],
  ["a line of YAML", (value: string) => `db:\n  password: ${value}\n  port: 1`],
  ["a line of properties", (value: string) => `spring.datasource.password=${value}\n`],
  ["a JDBC address", (value: string) => `jdbc:mysql://h/db?user=a&password=${value}&ssl=true`],
  ["an ADO connection string", (value: string) => `"Server=h;User Id=a;Password=${value};Encrypt=true"`],
  ["PHP's define", (value: string) => `define('DB_PASSWORD','${value}');`],
  ["an element of XML", (value: string) => `<password>${value}</password>`],
  ["a setter", (value: string) => `config.setPassword("${value}");`],
  ["a Dockerfile", (value: string) => `FROM a\nENV DB_PASSWORD ${value}\n`],
])("a password of 12 letters and digits goes from %s, and nothing else goes", async (_, write) => {
  expect(await countFound(12, base62, write)).toBeGreaterThanOrEqual(mostDraws);
});

test.each([
  ["a default of getenv", (value: string) => `os.getenv("SECRET_KEY","${value}")`],
  ["a default behind ||", (value: string) => `const key = process.env.API_KEY || "${value}";`],
  ["a default behind ??", (value: string) => `process.env["API_KEY"] ?? "${value}"`],
  ["a typed constant", (value: string) => `const API_TOKEN: string = "${value}";`],
  ["Rust", (value: string) => `const API_KEY: &'static str = "${value}";`],
  ["a Dockerfile", (value: string) => `ENV API_KEY ${value}\n`],
  ["Go", (value: string) => `var apiKey string = "${value}"`],
  ["JSON in a string", (value: string) => `"{\\"apiKey\\": \\"${value}\\"}"`],
  ["an attribute", (value: string) => `<add key="ApiKey" value="${value}"/>`],
  ["an admin key", (value: string) => `SEARCH_ADMIN_KEY=${value}\n`],
  ["a kubeconfig", (value: string) => `    user:\n      token: ${value}\n`],
])("a key of 32 hex digits goes from %s, and nothing else goes", async (_, write) => {
  expect(await countFound(32, hex, write)).toBeGreaterThanOrEqual(mostDraws);
});

async function countFound(length: number, alphabet: string, write: (value: string) => string): Promise<number> {
  const values = Array.from({ length: draws }, (_, index) => drawn(length, alphabet, index));
  const texts = await Promise.all(values.map((value) => redactSecrets(write(value))));
  const wanted = new Set(["password", "secret"].map((label) => write(`[redacted: ${label}]`)));
  return texts.filter(({ text }) => wanted.has(text)).length;
}

test("long keys, and keys with signs in them, go whole", async () => {
  const signs = "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)";
  const key = drawn(50, signs);
  expect((await redactSecrets(`SECRET_KEY = 'django-insecure-${key}'`)).text).not.toContain(key.slice(-20));
  expect((await redactSecrets(`SECRET_KEY = '${key}'`)).text).toBe("SECRET_KEY = '[redacted: secret]'");
  const session = `${drawn(300)}==`;
  expect((await redactSecrets(`AWS_SESSION_TOKEN=${session}\nA=1`)).text).toBe(
    "AWS_SESSION_TOKEN=[redacted: secret]\nA=1",
  );
});
