/** About how many tokens so many bytes of UTF-8 are: 3.5 of them are one, in code and prose, and one character of Chinese. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / 3.5);
}

export function estimateTokens(text: string): number {
  return tokensOfBytes(Buffer.byteLength(text));
}

/** The text's beginning, surely below the limit as far as an estimate can be sure; blank text becomes a word, because services refuse it. */
export function fittingText(text: string, maxTokens: number): string {
  if (text.trim() === "") return "(blank)";
  const whole = text.toWellFormed();
  const tokens = estimateTokens(whole);
  if (tokens <= maxTokens) return whole;
  return whole.slice(0, Math.max(1, Math.floor((whole.length * maxTokens) / tokens))).toWellFormed();
}

/** Runs of neighbours, each within both limits; a text beyond the token limit goes alone. */
export function textBatches(
  texts: readonly string[],
  { maxTexts, maxTokens }: { readonly maxTexts: number; readonly maxTokens: number },
): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let tokens = 0;
  for (const text of texts) {
    const size = estimateTokens(text);
    if (batch.length > 0 && (batch.length >= maxTexts || tokens + size > maxTokens)) {
      batches.push(batch);
      [batch, tokens] = [[], 0];
    }
    batch.push(text);
    tokens += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
