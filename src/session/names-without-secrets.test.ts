import { describe, expect, test } from "vitest";
import { requireNoSecret, requirePlainKeys } from "./names-without-secrets.ts";

const key = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;

describe("a name that everybody is shown", () => {
  test.each([`note-${key}`, key, `import-0123-${key}`])("is refused with a secret in it: %s", async (name) => {
    const error = await requireNoSecret("id", ["plain", name]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "INPUT_INVALID",
      message: "The id holds a secret, and it is shown to everyone.",
    });
    expect(JSON.stringify(error)).not.toContain(key);
  });

  test.each(["app_code", "chroma-commons-3f9a1c", "decision-2026-11-23", "docs/api.md", "password"])(
    "is taken without one: %s",
    async (name) => {
      await expect(requireNoSecret("id", [name])).resolves.toBeUndefined();
    },
  );

  test("may be that of a metadata field, whose value is redacted instead", async () => {
    await expect(requirePlainKeys({ [key]: 1 })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(requirePlainKeys({ token: key })).resolves.toBeUndefined();
  });
});
