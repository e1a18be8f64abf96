import { foreignSource } from "../core/foreign-source.ts";
import type { Hit } from "../core/search.ts";

/** What other programs stored in Chroma was not looked through for secrets: it is before anybody sees it, as notes are. */
export async function withoutSecrets(hits: readonly Hit[]): Promise<Hit[]> {
  return Promise.all(
    hits.map(async (hit) => {
      if (hit.sourceKey !== foreignSource.key) return hit;
      const { redactFacts, redactSecrets } = await import("../extract/redaction.ts");
      const [{ text }, { facts }] = [await redactSecrets(hit.text), await redactFacts(hit.metadata)];
      return { ...hit, text, metadata: facts };
    }),
  );
}
