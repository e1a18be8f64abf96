import type { Readable, Writable } from "node:stream";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { parseJSONRPCMessage } from "@modelcontextprotocol/server";

/** A longer line is answered with an error and passed over; the connection goes on. */
export const maxLineBytes = 8 * 1024 * 1024;

const newline = 0x0a;
const parseError = -32_700;
const invalidRequest = -32_600;
const invalidParams = -32_602;
const internalError = -32_603;

/**
 * MCP over lines of JSON on two streams. Unlike the SDK's own transport it survives what is no JSON-RPC: the sender gets the error that
 * JSON-RPC defines, with the request's id where one can be read, and the next line is served.
 */
export class LineTransport implements Transport {
  // The Transport interface fixes these names and their being undefined at first.
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport["onmessage"];
  readonly #input: Readable;
  readonly #output: Writable;
  #parts: Buffer[] = [];
  #partsBytes = 0;
  /** First and last bytes of a line that is too long, to find its id; null while lines have a normal length. */
  #overlong: { head: Buffer; tail: Buffer } | null = null;
  #isClosed = false;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
  }

  start(): Promise<void> {
    this.#input.on("data", (part: Buffer) => this.#take(part));
    this.#input.on("end", () => void this.close());
    this.#input.on("close", () => void this.close());
    this.#input.on("error", (error) => this.onerror?.(error));
    // The reader of our answers is gone: nothing is left to do for it.
    this.#output.on("error", () => void this.close());
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    return this.#write(withPlainError(message));
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#input.pause();
    this.onclose?.();
    return Promise.resolve();
  }

  #take(part: Buffer): void {
    let start = 0;
    for (let end = part.indexOf(newline); end !== -1; end = part.indexOf(newline, start)) {
      this.#append(part.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < part.length) this.#append(part.subarray(start));
  }

  #append(part: Buffer): void {
    if (this.#overlong !== null) {
      this.#overlong.tail = Buffer.concat([this.#overlong.tail, part]).subarray(-512);
      return;
    }
    this.#parts.push(part);
    this.#partsBytes += part.length;
    if (this.#partsBytes <= maxLineBytes) return;
    const line = Buffer.concat(this.#parts);
    this.#overlong = { head: Buffer.from(line.subarray(0, 512)), tail: Buffer.from(line.subarray(-512)) };
    this.#parts = [];
    this.#partsBytes = 0;
  }

  #endLine(): void {
    if (this.#overlong !== null) {
      const id = idAtEnds(this.#overlong.head.toString("utf8"), this.#overlong.tail.toString("utf8"));
      this.#overlong = null;
      this.#refuse(
        invalidRequest,
        `The line is longer than ${maxLineBytes / 1024 / 1024} MiB. Send less, for example a path instead of content.`,
        id,
      );
      return;
    }
    const line = Buffer.concat(this.#parts).toString("utf8").trim();
    this.#parts = [];
    this.#partsBytes = 0;
    if (line !== "") this.#deliver(line);
  }

  #deliver(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      this.#refuse(parseError, `The line is no JSON: ${error instanceof Error ? error.message : String(error)}`, null);
      return;
    }
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(value);
    } catch {
      // The SDK's own message is a page of schema issues; the fact is enough for a person.
      this.#refuse(invalidRequest, "The line is no JSON-RPC 2.0 message.", idOf(value));
      return;
    }
    this.onmessage?.(message);
  }

  #refuse(code: number, message: string, id: string | number | null): void {
    this.onerror?.(new Error(message));
    void this.#write({ jsonrpc: "2.0", id, error: { code, message } });
  }

  #write(message: unknown): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      if (this.#output.write(`${JSON.stringify(message)}\n`)) resolve();
      else this.#output.once("drain", resolve);
    });
  }
}

/** The SDK reports parameters that its schemas refuse as an error of its own, with a page of JSON. */
function withPlainError(message: JSONRPCMessage): JSONRPCMessage {
  if (!("error" in message) || message.error.code !== internalError) return message;
  const facts = schemaFacts(message.error.message);
  if (facts.length === 0) return message;
  return { ...message, error: { code: invalidParams, message: facts.join("; ").slice(0, 500) } };
}

/** Place and fact of each issue where the text is a list of them, as zod writes it; else none. */
function schemaFacts(text: string): string[] {
  let issues: unknown;
  try {
    issues = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(issues)) return [];
  return issues.flatMap((issue: unknown) =>
    typeof issue === "object" && issue !== null && "path" in issue && Array.isArray(issue.path) && "message" in issue
      ? [`${issue.path.join(".")}: ${String(issue.message)}`]
      : [],
  );
}

function idOf(value: unknown): string | number | null {
  if (typeof value !== "object" || value === null || !("id" in value)) return null;
  return typeof value.id === "string" || typeof value.id === "number" ? value.id : null;
}

/** Clients write the id first or last; one inside the content of a message is not mistaken for it. */
function idAtEnds(head: string, tail: string): string | number | null {
  const pattern = String.raw`"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)`;
  const found =
    new RegExp(`${pattern}\\s*\\}\\s*$`).exec(tail) ??
    new RegExp(`^\\s*\\{\\s*(?:"jsonrpc"\\s*:\\s*"2.0"\\s*,\\s*)?${pattern}`).exec(head);
  // Safe: the pattern admits only a JSON string or number.
  return found?.[1] === undefined ? null : (JSON.parse(found[1]) as string | number);
}
