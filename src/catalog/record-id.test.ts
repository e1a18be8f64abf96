import { expect, test } from "vitest";
import { parseRecordId, recordId, requireSourceKey } from "./record-id.ts";

test.each(["src/a.ts", "odd #name/with#hash.ts", "line\nbreak.md", "a#0123456789abcdef.7", "日本/é.ts"])(
  "the id of a chunk of %j is read back",
  (path) => {
    const parts = { sourceKey: "ws-0123456789abcdef", path, hashPrefix: "00ff00ff00ff00ff", ordinal: 12 };
    expect(parseRecordId(recordId(parts))).toEqual(parts);
  },
);

test.each(["", "a.ts", "ws-1/a.ts", "ws-1/a.ts#00ff.0", "ws-1/a.ts#00ff00ff00ff00ff.-1", "#00ff00ff00ff00ff.0"])(
  "%j is no record id",
  (id) => {
    expect(parseRecordId(id)).toBeNull();
  },
);

test.each(["", "a/b", "a#b", "a b"])("the source key %j is refused", (key) => {
  expect(() => requireSourceKey(key)).toThrowError(expect.objectContaining({ code: "INPUT_INVALID" }));
});
