import { CommonsError } from "../core/errors.ts";

/** What an error of the `chromadb` client means to us. The client has one class per status, and no status. */
export type ChromaFailure = "not-found" | "exists" | "refused-input" | "unavailable";

export function chromaFailure(error: unknown): ChromaFailure {
  if (!(error instanceof Error)) return "unavailable";
  // A server that deletes a collection while another call uses it says so with 500 or 404.
  if (error.message.includes("Missing metadata segment")) return "not-found";
  switch (error.name) {
    case "ChromaNotFoundError":
      return "not-found";
    case "ChromaUniqueError":
      return "exists";
    case "ChromaClientError":
    case "ChromaValueError":
    case "ChromaQuotaExceededError":
      return "refused-input";
    default:
      return error.message.startsWith("413") ? "refused-input" : "unavailable";
  }
}

/** An error of the client as ours: COLLECTION_NOT_FOUND, INPUT_INVALID (this input never succeeds) or ENGINE_UNAVAILABLE. */
export function fromChroma(error: unknown, doing: string): CommonsError {
  if (error instanceof CommonsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // The client's messages hold whole URLs and, for a bad record, its text; the beginning without the URL says enough.
  const said = message.replace(/^Bad request to \S+ with status: /, "").slice(0, 300);
  switch (chromaFailure(error)) {
    case "not-found":
      return new CommonsError("COLLECTION_NOT_FOUND", `ChromaDB does not have the collection (${doing}).`, {
        cause: error,
      });
    case "refused-input":
      return new CommonsError("INPUT_INVALID", `ChromaDB refused the input (${doing}): ${said}`, {
        // The collection was made for vectors of another length: another embedding model.
        details: { isDimensionMismatch: /dimension/i.test(message) },
        cause: error,
      });
    default:
      return new CommonsError("ENGINE_UNAVAILABLE", `ChromaDB did not do it (${doing}): ${said}`, {
        ...(isDenied(error) ? { hint: "Check COMMONS_CHROMA_HEADERS and COMMONS_CHROMA_TENANT." } : {}),
        details: {
          // The client has no error of its own for a time-out: this message, without its advice, is what remains.
          isTimeout: message === "Failed to connect to Chroma",
        },
        cause: error,
      });
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && ["ChromaUnauthorizedError", "ChromaForbiddenError"].includes(error.name);
}
