import { expect, test } from "vitest";
import { extracted } from "../../test/fixtures/extraction.ts";
import { redactDocument } from "./redact-document.ts";

const token = ["ghp", "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"].join("_");

test.each([
  ["a.md", `# Title ${token}\n\nText.\n`],
  ["a.svg", `<svg xmlns="http://www.w3.org/2000/svg"><title>${token}</title></svg>`],
  [
    "a.stl",
    `solid ${token}\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid\n`,
  ],
  ["a.rtf", `{\\rtf1{\\info{\\title ${token}}}Some text.\\par}`],
])("no fact, name or text of %s keeps a secret", async (path, text) => {
  const document = await extracted(path, text);
  expect(JSON.stringify(document.content)).toContain(token);
  const { content, secrets } = await redactDocument(document.content);
  expect(JSON.stringify(content)).not.toContain(token);
  expect(secrets).toBeGreaterThan(0);
});
