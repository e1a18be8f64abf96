import { expect, test } from "vitest";
import { drawn } from "../../test/fixtures/drawn-text.ts";
import { redactSecrets } from "./redaction.ts";

const password = drawn(14);
// Written in two parts, so that no scanner finds it here.
const pem = [
  "-----BEGIN RSA PRIVATE ",
  "KEY-----\n",
  drawn(64),
  "\n",
  drawn(64),
  "\n-----END RSA PRIVATE KEY-----",
].join("");

test.each([
  [`curl -s -u admin:${password} https://h/`, `curl -s -u admin:[redacted: password] https://h/`],
  [`curl --user "bob:${password}" https://h/`, `curl --user "bob:[redacted: password]" https://h/`],
  [`{"auth": "${btoa(`bob:${password}`)}"}`, `{"auth": "[redacted: credentials]"}`],
  [`client-key-data: ${btoa(pem)}\n`, `client-key-data: [redacted: private key]\n`],
  [`?sv=2022-11-02&sig=${drawn(40)}%2B${drawn(2)}%3D&sp=r`, `?sv=2022-11-02&sig=[redacted: Azure signature]&sp=r`],
  [
    `PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 2\n${drawn(64)}\n${drawn(40)}\nEnd: 1`,
    `PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 2\n[redacted: private key]\n\nEnd: 1`,
  ],
])("a secret that its surroundings give away goes: %s", async (text, expected) => {
  expect(await redactSecrets(text)).toEqual({ text: expected, secrets: 1 });
});

test.each([
  "curl -u user:password https://h/",
  'curl -u "$USER:$PASSWORD" https://h/',
  `{"auth": "basic"}`,
  `{"auth": "${btoa("no separator in it")}"}`,
  `cert: ${btoa("-----BEGIN CERTIFICATE-----\n".padEnd(120, "ab1"))}`,
])("what only stands in such a place stays: %s", async (text) => {
  expect(await redactSecrets(text)).toEqual({ text, secrets: 0 });
});
