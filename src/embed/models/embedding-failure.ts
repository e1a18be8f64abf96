import { CommonsError } from "../../core/errors.ts";

/** What a failure says to those who decide what to do about it; it travels in the error's details. */
export interface FailureFacts {
  /** Worth another try at once, in this call. */
  readonly mayRetry?: boolean;
  /** The server asks to wait this long. */
  readonly retryAfterMs?: number;
  /** The model takes other texts: this one alone is the matter. Of a whole batch: one of its texts may be. */
  readonly isAboutText?: boolean;
}

interface Failure extends FailureFacts {
  readonly hint?: string;
  readonly cause?: unknown;
}

/** It may work later. */
export function unavailable(message: string, failure: Failure = {}): CommonsError {
  return failureOf("EMBEDDER_UNAVAILABLE", message, failure);
}

/** It will not work until somebody changes something. */
export function refused(message: string, failure: Failure = {}): CommonsError {
  return failureOf("EMBEDDER_REFUSED", message, failure);
}

export function factsOf(error: unknown): FailureFacts {
  // The two functions above fill the details of their codes; of other errors no field has these names.
  return error instanceof CommonsError ? (error.details ?? {}) : {};
}

function failureOf(
  code: "EMBEDDER_UNAVAILABLE" | "EMBEDDER_REFUSED",
  message: string,
  { hint, cause, ...facts }: Failure,
): CommonsError {
  return new CommonsError(code, message, { ...(hint === undefined ? {} : { hint }), cause, details: { ...facts } });
}
