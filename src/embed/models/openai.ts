import { z } from "zod";
import type { Secret } from "../../config/secrets.ts";
import type { CommonsError } from "../../core/errors.ts";
import type { EmbeddingModel } from "../../core/ports.ts";
import { createBatchedModel } from "./batched-model.ts";
import { refused, unavailable } from "./embedding-failure.ts";
import { type JsonAnswer, postJson } from "./json-request.ts";
import { RequestSlots, type RetryTiming } from "./request-slots.ts";

export interface OpenAiOptions {
  readonly id: string;
  readonly name: string;
  /** Up to and including the version, as https://api.openai.com/v1. */
  readonly url: string;
  readonly key: Secret | null;
  readonly requests: number;
  readonly timeoutMs: number;
  readonly batchTexts: number;
  readonly maxTextTokens: number;
  readonly retry: RetryTiming;
}

// OpenAI takes 300,000 a request; a third of it leaves room for the estimate.
const maxBatchTokens = 100_000;
// 2,048 vectors of 4,096 numbers of ten characters.
const maxAnswerBytes = 100_000_000;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int().min(0).optional(), embedding: z.unknown() })),
});
const errorSchema = z.object({
  error: z.object({ code: z.unknown().optional(), type: z.unknown().optional() }),
});

/** `POST /embeddings` of OpenAI and of all that speak its protocol. */
export function createOpenAiModel(options: OpenAiOptions): EmbeddingModel {
  const { id, name, key, timeoutMs } = options;
  const base = options.url.replace(/\/+$/, "");
  const server = `The embedding server ${base}`;
  return createBatchedModel({
    id,
    name,
    slots: new RequestSlots(options.requests, options.retry),
    maxBatchTexts: options.batchTexts,
    maxBatchTokens,
    maxTextTokens: options.maxTextTokens,
    send: async (texts, { signal }) => {
      const answer = await postJson({
        server,
        url: `${base}/embeddings`,
        body: { model: name, input: texts, encoding_format: "float" },
        headers: keyHeaders(base, key),
        timeoutMs,
        maxBytes: maxAnswerBytes,
        signal,
      });
      if (answer.status !== 200) throw failureOf(answer, { server, name, key });
      return inOrder(answer.body);
    },
  });
}

/** Errors: EMBEDDER_REFUSED before anything is sent, when the key is missing or would travel in the open. */
function keyHeaders(base: string, key: Secret | null): Record<string, string> {
  const { hostname, protocol } = new URL(base);
  if (key === null) {
    if (hostname !== "api.openai.com") return {};
    throw refused("There is no key for OpenAI in the hub's environment.", { hint: keyHint });
  }
  const value = key.reveal();
  // fetch would quote the value in its own error.
  if (!/^[\x21-\x7e]+$/.test(value)) throw refused(`The key in ${key.name} has characters that no key has.`);
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === "https:" || isLocal) return { authorization: `Bearer ${value}` };
  throw refused(
    `The key in ${key.name} is not sent to ${hostname}: without https everybody on the way could read it.`,
    {
      hint: "Use an https address, or start the hub without that variable.",
    },
  );
}

const keyHint =
  "Set COMMONS_OPENAI_API_KEY or OPENAI_API_KEY and restart the hub from there: commons hub stop, then commons status or any other command.";

/** Vectors in the order of the texts: `index` decides, not the place in the answer. */
function inOrder(body: unknown): unknown {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return null;
  const { data } = parsed.data;
  const vectors: unknown[] = [];
  for (const [place, { index, embedding }] of data.entries()) {
    if ((index ?? place) >= data.length) return null;
    vectors[index ?? place] = embedding;
  }
  return vectors;
}

/** Words of the server are not repeated: they may quote a text or a key. Its code of the error is. */
function failureOf(
  { status, retryAfterMs, body }: JsonAnswer,
  { server, name, key }: { server: string; name: string; key: Secret | null },
): CommonsError {
  const { code, type } = errorSchema.safeParse(body).data?.error ?? {};
  const word = [code, type].find((part) => typeof part === "string" && /^[a-z0-9_.-]{1,60}$/i.test(part));
  const said = `${server} answered ${status}${typeof word === "string" ? ` (${word})` : ""}`;
  if (word === "insufficient_quota")
    return refused(`${said}: the account has no credit left.`, {
      hint: "Add credit, then: commons reindex COLLECTION",
    });
  if (status === 401 || status === 403) {
    const hint = key === null ? keyHint : `Check the key in ${key.name}, then restart the hub: commons hub stop`;
    return refused(`${said}: it does not accept ${key === null ? "calls without a key" : "the key"}.`, { hint });
  }
  if (status === 404)
    return refused(`${said}: there is no model "${name}", or no such address.`, {
      hint: "Check the model's name and the setting openai.url, which ends with the version, as /v1.",
    });
  if (status === 400 || status === 413 || status === 422)
    return refused(`${said}: it does not take the text, or not for the model "${name}".`, { isAboutText: true });
  const mayRetry = status === 408 || status === 409 || status === 429 || status >= 500;
  if (!mayRetry) return refused(`${said}.`);
  return unavailable(`${said}.`, { mayRetry, ...(retryAfterMs === null ? {} : { retryAfterMs }) });
}
