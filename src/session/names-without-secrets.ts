import type { Metadata } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";

/**
 * Refuses names with a secret in them: names are listed, logged and exported as they are, and cannot be redacted without meaning another
 * thing. `what`: "id", "name of the collection". Errors: INPUT_INVALID.
 */
export async function requireNoSecret(what: string, names: readonly string[]): Promise<void> {
  // A session's start is quicker without the tables.
  const { redactSecrets } = await import("../extract/redaction.ts");
  for (const name of names)
    if ((await redactSecrets(name)).secrets > 0)
      throw new CommonsError("INPUT_INVALID", `The ${what} holds a secret, and it is shown to everyone.`, {
        hint: "Choose one without it.",
      });
}

/** The values of facts are redacted; their names are not. Errors: INPUT_INVALID. */
export async function requirePlainKeys(metadata: Metadata): Promise<void> {
  await requireNoSecret("name of a metadata field", Object.keys(metadata));
}
