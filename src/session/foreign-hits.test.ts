import { expect, it } from "vitest";
import { hit } from "../../test/fixtures/hit.ts";
import { withoutSecrets } from "./foreign-hits.ts";

// In two parts, so that no scanner takes this file for a leak.
const key = ["AKIA", "IOSFODNN7EXAMPLQ"].join("");

it("a secret in another program's record is not shown, in its text or its facts", async () => {
  const record = { text: `aws_access_key_id = ${key}`, metadata: { note: `use ${key}` } };
  const [theirs, ours] = await withoutSecrets([
    { ...hit, ...record, sourceKey: "chroma" },
    { ...hit, ...record, sourceKey: "ws-1" },
  ]);
  expect(JSON.stringify(theirs)).not.toContain(key);
  expect(theirs?.text).toContain("[redacted");
  expect(ours).toMatchObject(record);
});
