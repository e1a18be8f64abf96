import { expect, it } from "vitest";
import { createLog } from "./log.ts";

it("keeps a secret out of the log that is handed to it in a field of a request, an error or the settings", () => {
  let written = "";
  const log = createLog("info", { write: (line) => void (written += line) });
  const headers = { authorization: "Bearer s3cret", "x-chroma-token": "s3cret", host: "kept" };
  log.info({ headers, token: "s3cret", settings: { "chroma.headers": "x-chroma-token: s3cret" } }, "request");
  log.error(
    { err: Object.assign(new Error("refused"), { headers, apiKey: "s3cret", request: { headers } }) },
    "failed",
  );
  expect(written).not.toContain("s3cret");
  expect(written).toContain('"host":"kept"');
  expect(written).toContain("refused");
});
