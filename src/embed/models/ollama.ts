import { z } from "zod";
import { CommonsError } from "../../core/errors.ts";
import { formatBytes } from "../../core/quantities.ts";
import type { EmbeddingModel } from "../../core/ports.ts";
import { createBatchedModel } from "./batched-model.ts";
import { refused, unavailable } from "./embedding-failure.ts";
import { bodyParts, type JsonAnswer, postJson } from "./json-request.ts";
import { untilDoneOrAborted } from "./abortable.ts";
import { RequestSlots, type RetryTiming } from "./request-slots.ts";

export interface OllamaOptions {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Whether it may download a model that it does not have. */
  readonly mayPull: boolean;
  readonly requests: number;
  readonly timeoutMs: number;
  readonly retry: RetryTiming;
  /** What it is doing that takes long; null when that is over. */
  readonly onProgress: (detail: string | null) => void;
}

const batchTexts = 64;
const maxBatchTokens = 50_000;
// It cuts texts to the model's own length; this only bounds the request.
const maxTextTokens = 8_000;
const maxAnswerBytes = 50_000_000;
const pullTimeoutMs = 3_600_000;
const maxLineLength = 100_000;

const answerSchema = z.object({ embeddings: z.unknown() });
const pullLineSchema = z.object({
  status: z.string().optional(),
  total: z.number().optional(),
  completed: z.number().optional(),
  error: z.string().optional(),
});

/** `POST /api/embed` of Ollama. */
export function createOllamaModel(options: OllamaOptions): EmbeddingModel {
  const { id, name, timeoutMs } = options;
  const base = options.url.replace(/\/+$/, "");
  const server = `Ollama at ${base}`;
  const closing = new AbortController();
  let pulling: Promise<void> | null = null;
  const send = async (texts: readonly string[], signal: AbortSignal, mayPull: boolean): Promise<unknown> => {
    const answer = await postJson({
      server,
      url: `${base}/api/embed`,
      body: { model: name, input: texts, truncate: true },
      timeoutMs,
      maxBytes: maxAnswerBytes,
      signal,
    });
    if (answer.status === 200) return answerSchema.safeParse(answer.body).data?.embeddings ?? null;
    if (answer.status !== 404 || !mayPull) throw failureOf(answer, { server, name });
    pulling ??= pull({ base, server, name, onProgress: options.onProgress, signal: closing.signal }).finally(
      () => (pulling = null),
    );
    await untilDoneOrAborted(pulling, signal);
    return send(texts, signal, false);
  };
  return createBatchedModel({
    id,
    name,
    slots: new RequestSlots(options.requests, options.retry),
    maxBatchTexts: batchTexts,
    maxBatchTokens,
    maxTextTokens,
    send: (texts, { signal }) => send(texts, signal, options.mayPull),
    close: async () => closing.abort(),
  });
}

function failureOf({ status, body, retryAfterMs }: JsonAnswer, from: { server: string; name: string }): CommonsError {
  const { server, name } = from;
  if (status === 404)
    return refused(`${server} has no model "${name}".`, {
      hint: `Get it: ollama pull ${name}. Or let the hub do it: commons config set ollama.pull true`,
    });
  // Its message about a model names no text.
  const { error } = z.object({ error: z.string() }).safeParse(body).data ?? {};
  if (status === 400 && error?.includes("does not support embed") === true)
    return refused(`The model "${name}" of Ollama makes no embeddings.`, {
      hint: "Choose one that does, for example nomic-embed-text.",
    });
  if (status === 400 || status === 413 || status === 422)
    return refused(`${server} answered ${status}: it does not take the text.`, { isAboutText: true });
  if (status !== 429 && status < 500) return refused(`${server} answered ${status}.`);
  return unavailable(`${server} answered ${status}.`, {
    mayRetry: true,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

interface Pull {
  readonly base: string;
  readonly server: string;
  readonly name: string;
  readonly onProgress: (detail: string | null) => void;
  readonly signal: AbortSignal;
}

/** Ollama checks what it downloads itself. Errors: EMBEDDER_REFUSED when there is no such model, EMBEDDER_UNAVAILABLE. */
async function pull({ base, server, name, onProgress, signal }: Pull): Promise<void> {
  onProgress(`Ollama downloads ${name}.`);
  try {
    const response = await fetch(`${base}/api/pull`, {
      method: "POST",
      body: JSON.stringify({ model: name, stream: true }),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(pullTimeoutMs)]),
    });
    for await (const line of linesOf(response)) {
      const { status, total, completed, error } = pullLineSchema.safeParse(line).data ?? {};
      if (error !== undefined) throw refused(`${server} cannot get the model "${name}".`, { hint: "Check its name." });
      if (status === "success") return;
      const share = total === undefined ? "" : `: ${formatBytes(completed ?? 0)} of ${formatBytes(total)}`;
      onProgress(`Ollama downloads ${name}${share}.`);
    }
    throw unavailable(`${server} broke off the download of "${name}".`);
  } catch (error) {
    if (error instanceof CommonsError) throw error;
    throw unavailable(`${server} broke off the download of "${name}".`, { cause: error });
  } finally {
    onProgress(null);
  }
}

async function* linesOf(response: Response): AsyncGenerator {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of bodyParts(response)) {
    rest += decoder.decode(part, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLineLength) throw new Error("The line is too long.");
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line);
  }
  if (rest.trim() !== "") yield JSON.parse(rest);
}
