import type { ScanInput } from "../session/ingester.ts";
import type { Session } from "../session/session.ts";
import type { CliContext } from "./cli-context.ts";

export interface ConsentRequest {
  /** null: the workspace's default collection. */
  readonly collection: string | null;
  /** What the user named; undefined: the setting. */
  readonly embedder: string | undefined;
  readonly scan: ScanInput;
  readonly isAccepted: boolean;
}

/**
 * Before the first text goes to a model that has a price or is on another machine: shows passages, tokens and money on standard error,
 * and asks. Of a collection that is there, the choice was made. Errors: INPUT_INVALID where nobody can answer, CANCELLED for a no.
 */
export async function consentToSend(context: CliContext, session: Session, request: ConsentRequest): Promise<void> {
  const { isBuiltInModel } = await import("../core/model-id.ts");
  const settings = await session.settings();
  const model = request.embedder ?? settings.embedder;
  if (isBuiltInModel(model)) return;
  const { modelDestination } = await import("../embed/models/registry.ts");
  const { pricePerMillion } = await import("../embed/models/model-price.ts");
  const destination = modelDestination(model, settings);
  const dollarsPerMillion = pricePerMillion(model, settings);
  if (destination === null || (isLoopback(destination) && !dollarsPerMillion)) return;
  const { defaultCollection, findCollection } = await import("../session/collections.ts");
  const name = request.collection ?? (await defaultCollection(session, await session.workspace()));
  if ((await findCollection(session, name)) !== null) return;
  const { stderr, interruption } = context;
  const tokens = await tokensOf(session, request.scan, interruption.signal());
  const { priceText } = await import("./output/embedding-text.ts");
  const { printableLine } = await import("./output/printable-text.ts");
  const dollars = dollarsPerMillion === null ? null : (tokens.count / 1_000_000) * dollarsPerMillion;
  stderr.line(printableLine(`${name} is new and gets the model ${model}.`));
  stderr.line(`about ${tokens.passages}, about ${tokens.count.toLocaleString("en-US")} tokens, ${priceText(dollars)}`);
  stderr.line(printableLine(`The text is sent to ${destination}.`));
  if (!request.isAccepted) await ask(context);
}

async function tokensOf(session: Session, scan: ScanInput, signal: AbortSignal) {
  const { runScan } = await import("../session/scan-run.ts");
  const { referenceRates } = await import("../core/ingest-rates.ts");
  const { countOf } = await import("../core/quantities.ts");
  const { tokensOfBytes } = await import("../embed/models/text-batches.ts");
  const { chunks } = (await runScan(session, scan, { signal })).report.estimate;
  return { passages: countOf(chunks, "passage"), count: tokensOfBytes(chunks * referenceRates.textBytesPerChunk) };
}

async function ask(context: CliContext): Promise<void> {
  const { CommonsError } = await import("../core/errors.ts");
  const { askYes, canAsk } = await import("./question.ts");
  if (!canAsk(context)) {
    throw new CommonsError("INPUT_INVALID", "Nothing was sent: nobody is there to agree to it.", {
      hint: "Repeat with --yes, or with --embedder built-in, which costs nothing and stays on this machine.",
    });
  }
  if (!(await askYes(context, "Send it?"))) throw new CommonsError("CANCELLED", "Nothing was sent or stored.");
}

function isLoopback(url: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(URL.parse(url)?.hostname ?? "");
}
