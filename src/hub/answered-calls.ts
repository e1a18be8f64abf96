import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import type { AnsweredCall } from "../catalog/api.ts";
import type { Origin, ReceiptAction } from "../core/receipts.ts";

interface RepeatableCall<T> {
  readonly origin: Origin;
  readonly action: ReceiptAction;
  readonly run: () => Promise<T>;
  /** The answer of a call that was done before. */
  readonly answered: (call: AnsweredCall) => T;
}

/**
 * Runs a call that may be the repetition of one that was done, whose answer was lost. The catalog itself does nothing twice; but what is
 * looked up before it may be gone by the call's own doing, such as the name of an unloaded collection: then the first answer is given.
 */
export async function runRepeatable<T>(
  writer: Pick<AsyncCatalog, "answerTo">,
  { origin, action, run, answered }: RepeatableCall<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const earlier = origin.callId === null ? null : await writer.answerTo(origin.callId);
    if (earlier === null || earlier.receipt.action !== action) throw error;
    return answered(earlier);
  }
}
