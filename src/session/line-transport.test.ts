import { PassThrough } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import { LineTransport, maxLineBytes } from "./line-transport.ts";

async function connect() {
  const input = new PassThrough();
  const output = new PassThrough();
  const transport = new LineTransport(input, output);
  const messages: JSONRPCMessage[] = [];
  const errors: Error[] = [];
  transport.onmessage = (message) => messages.push(message);
  transport.onerror = (error) => errors.push(error);
  await transport.start();
  const written = (): unknown[] => {
    const bytes: unknown = output.read();
    const lines = Buffer.isBuffer(bytes) ? bytes.toString().split("\n") : [];
    return lines.filter((line) => line !== "").map((line): unknown => JSON.parse(line));
  };
  const send = async (text: string | Buffer) => {
    input.write(text);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { input, transport, messages, errors, written, send };
}

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

describe("LineTransport", () => {
  it("delivers messages however the bytes are cut", async () => {
    const { messages, send } = await connect();
    const bytes = Buffer.from(
      `${JSON.stringify({ ...ping, params: { text: "grüße" } })}\n${JSON.stringify({ ...ping, id: 2 })}\r\n`,
    );
    for (const byte of bytes) await send(Buffer.from([byte]));
    expect(messages.map((message) => ("id" in message ? message.id : null))).toEqual([1, 2]);
    expect(JSON.stringify(messages[0])).toContain("grüße");
  });

  it("answers a line that is no JSON with a parse error and serves the next line", async () => {
    const { messages, written, send } = await connect();
    await send(`{"jsonrpc": oops\n${JSON.stringify(ping)}\n`);
    expect(written()).toEqual([
      { jsonrpc: "2.0", id: null, error: { code: -32700, message: expect.stringContaining("no JSON") } },
    ]);
    expect(messages).toHaveLength(1);
  });

  it("answers JSON that is no JSON-RPC with an invalid request under its own id", async () => {
    const { messages, written, send } = await connect();
    await send('{"id": 7, "hello": "world"}\n[]\n');
    expect(written()).toEqual([
      { jsonrpc: "2.0", id: 7, error: { code: -32600, message: expect.any(String) } },
      { jsonrpc: "2.0", id: null, error: { code: -32600, message: expect.any(String) } },
    ]);
    expect(messages).toEqual([]);
  });

  it.each([
    ["last", (text: string) => `{"jsonrpc":"2.0","method":"tools/call","params":{"id":5,"text":"${text}"},"id":42}\n`],
    ["first", (text: string) => `{"jsonrpc":"2.0","id":42,"method":"tools/call","params":{"text":"${text}"}}\n`],
  ])("refuses a line that is too long under the id that stands %s, and serves the next line", async (_where, line) => {
    const { messages, written, send } = await connect();
    await send(line("x".repeat(maxLineBytes + 1)));
    await send(`${JSON.stringify(ping)}\n`);
    expect(written()).toEqual([
      { jsonrpc: "2.0", id: 42, error: { code: -32600, message: expect.stringContaining("8 MiB") } },
    ]);
    expect(messages).toHaveLength(1);
  });

  it("says in a sentence which parameters the SDK's schemas refuse, and that they are the caller's", async () => {
    const { transport, written } = await connect();
    const issues = [{ code: "invalid_type", path: ["params", "cursor"], message: "Invalid input: expected string" }];
    const error = (message: string) => ({ jsonrpc: "2.0" as const, id: 1, error: { code: -32603, message } });
    await transport.send(error(JSON.stringify(issues)));
    await transport.send(error("The disk is gone."));
    expect(written()).toEqual([
      { jsonrpc: "2.0", id: 1, error: { code: -32602, message: "params.cursor: Invalid input: expected string" } },
      error("The disk is gone."),
    ]);
  });

  it("closes once when its input ends", async () => {
    const { input, transport } = await connect();
    let closed = 0;
    transport.onclose = () => closed++;
    input.end();
    await new Promise((resolve) => input.once("close", resolve));
    await transport.close();
    expect(closed).toBe(1);
  });
});
