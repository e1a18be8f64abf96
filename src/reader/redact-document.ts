import type { ExtractedDocument, TextPart } from "../extract/extracted.ts";
import { redactFacts, redactSecrets } from "../extract/redaction.ts";

type Content = ExtractedDocument["content"];

/** A document's content without secrets: texts, names and facts; and how many there were. */
export async function redactDocument(
  content: Content,
): Promise<{ readonly content: Content; readonly secrets: number }> {
  const { facts: metadata, secrets: inFacts } = await redactFacts(content.metadata);
  if (content.kind === "text") {
    const { text, secrets } = await redactSecrets(content.text);
    return { content: { ...content, text, metadata }, secrets: secrets || inFacts };
  }
  const parts: TextPart[] = [];
  let inTexts = 0;
  for (const part of content.parts) {
    const { text, secrets } = await redactSecrets(part.text);
    inTexts += secrets;
    parts.push({ ...(await redactNames(part)), text });
  }
  return { content: { ...content, parts, metadata }, secrets: inTexts || inFacts };
}

/** What is said about a part is stored and shown too. It repeats the text, so it is not counted again. */
async function redactNames(part: TextPart): Promise<TextPart> {
  const clean = async (text: string | null) => (text === null ? null : (await redactSecrets(text)).text);
  const scope: string[] = [];
  for (const name of part.scope) scope.push((await redactSecrets(name)).text);
  return {
    ...part,
    symbol: await clean(part.symbol),
    signature: await clean(part.signature),
    doc: await clean(part.doc),
    scope,
  };
}
