import type { Readable, Writable } from "node:stream";
import type { CommonsError } from "../core/errors.ts";

const maxLineChars = 1_000_000;
const patienceMs = 3_000;
// Some clients probe a newer way first and then begin as ever.
const furtherMs = 1_500;
const serverError = -32_000;

/**
 * Answers a client's requests with the reason why there is no session, because agents hide standard error: JSON-RPC errors, for as long
 * as requests come. `seen` is what of the client's input was read already. Resolves when the client has gone, or has said nothing for
 * a while.
 */
export async function answerWithFailure(
  { input, output, seen }: { input: Readable; output: Writable; seen: string },
  error: CommonsError,
): Promise<void> {
  let rest = "";
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    const endIn = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(resolve, ms);
    };
    const take = (text: string) => {
      const lines = (rest + text).split("\n");
      rest = (lines.pop() ?? "").slice(0, maxLineChars);
      for (const line of lines) {
        const id = requestId(line);
        if (id === null) continue;
        output.write(`${JSON.stringify({ jsonrpc: "2.0", id, error: wire(error) })}\n`);
        endIn(furtherMs);
      }
    };
    endIn(patienceMs);
    take(seen);
    if (input.readableEnded) resolve();
    input.setEncoding("utf8");
    input.on("data", take);
    for (const event of ["end", "close", "error"]) input.once(event, () => resolve());
    output.once("error", () => resolve());
    input.resume();
  });
  clearTimeout(timer);
}

function wire({ code, message, hint }: CommonsError): { code: number; message: string; data: object } {
  const text = hint === undefined ? message : `${message} ${hint}`;
  return { code: serverError, message: text, data: { code, message, ...(hint === undefined ? {} : { hint }) } };
}

/** The id of a JSON-RPC request; null for anything else. */
function requestId(line: string): string | number | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("method" in value) || !("id" in value)) return null;
    return typeof value.id === "string" || typeof value.id === "number" ? value.id : null;
  } catch {
    // Not of the protocol.
    return null;
  }
}
