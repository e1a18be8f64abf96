import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { TcpGuard, tcpRates } from "./guard.ts";

const token = "t".repeat(43);
const bearer = `Bearer ${token}`;

interface Sent {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly socket?: Socket;
}

/** As Node's parser hands it over: names in small letters, each value also by itself. */
function sent({
  method = "POST",
  url = "/v1/op/hub.status",
  headers = {},
  socket = new Socket(),
}: Sent): IncomingMessage {
  const message = new IncomingMessage(socket);
  message.method = method;
  message.url = url;
  message.headers = { host: "127.0.0.1:8123", authorization: bearer, ...headers };
  message.headersDistinct = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value).split(", ")]),
  );
  return message;
}

function guard(options: Partial<ConstructorParameters<typeof TcpGuard>[0]> = {}): TcpGuard {
  const made = new TcpGuard({ token, ...options });
  made.listensOn(8_123);
  return made;
}

describe("the guard of the door over TCP", () => {
  it.each(["127.0.0.1:8123", "localhost:8123", "LOCALHOST:8123", "[::1]:8123"])(
    "lets a program with the token pass that calls it %s",
    (host) => {
      const socket = new Socket();
      const one = guard();
      expect(one.hasAdmitted(socket)).toBe(false);
      one.admit(sent({ headers: { host }, socket }));
      expect(one.hasAdmitted(socket)).toBe(true);
    },
  );

  it.each<[string, Sent, RegExp]>([
    ["a page's name that leads to the loopback", { headers: { host: "evil.example:8123" } }, /Host/],
    ["the name of another port", { headers: { host: "127.0.0.1:8124" } }, /Host/],
    ["a name that only begins alike", { headers: { host: "localhost.evil.example:8123" } }, /Host/],
    ["a name with a dot at the end", { headers: { host: "localhost.:8123" } }, /Host/],
    ["no port", { headers: { host: "localhost" } }, /Host/],
    ["an empty Host", { headers: { host: "" } }, /Host/],
    ["two Hosts", { headers: { host: "127.0.0.1:8123, evil.example" } }, /Host/],
    ["all addresses", { headers: { host: "0.0.0.0:8123" } }, /Host/],
    ["an Origin", { headers: { origin: "https://evil.example" } }, /Origin/],
    ["the hub's own address as Origin", { headers: { origin: "http://127.0.0.1:8123" } }, /Origin/],
    ["an Origin of a file or sandbox", { headers: { origin: "null" } }, /Origin/],
    ["an empty Origin", { headers: { origin: "" } }, /Origin/],
    ["a question whether a page may call", { method: "OPTIONS" }, /does not take/],
    ["such a question by its header", { headers: { "access-control-request-method": "POST" } }, /Origin/],
    ["a page of another site", { headers: { "sec-fetch-site": "cross-site" } }, /Sec-Fetch-Site/],
    ["a page of another port", { headers: { "sec-fetch-site": "same-site" } }, /Sec-Fetch-Site/],
    ["a proxy's URL", { url: "http://evil.example/v1/hello" }, /does not take/],
    ["a token in the URL", { url: `/v1/hello?token=${token}` }, /no query/],
    ["a form", { headers: { "content-length": "2", "content-type": "application/x-www-form-urlencoded" } }, /type/],
    ["plain text", { headers: { "content-length": "2", "content-type": "text/plain" } }, /type/],
    ["a body of no type", { headers: { "content-length": "2" } }, /type/],
    ["chunks of no type", { headers: { "transfer-encoding": "chunked" } }, /type/],
    ["a type that begins alike", { headers: { "content-length": "2", "content-type": "application/jsonx" } }, /type/],
    [
      "a compressed body",
      { headers: { "content-length": "2", "content-type": "application/json", "content-encoding": "gzip" } },
      /compressed/,
    ],
  ])("refuses %s, even with the token", (_what, request, fact) => {
    const error = thrownBy(() => guard().admit(sent(request)));
    expect(error).toMatchObject({ code: "REQUEST_REFUSED", message: expect.stringMatching(fact) });
    expect(JSON.stringify(error.toWire())).not.toContain(token);
  });

  it.each([
    ["none", ""],
    ["a wrong one", "Bearer wrong"],
    ["one that begins right", `${bearer.slice(0, -1)}x`],
    ["one that goes on", `${bearer}x`],
    ["the right one in another scheme", `Basic ${token}`],
    ["the right one without a scheme", token],
    ["an empty one", "Bearer "],
  ])("refuses a request with %s for a token", (_what, authorization) => {
    const socket = new Socket();
    const one = guard();
    expect(thrownBy(() => one.admit(sent({ headers: { authorization }, socket }))).code).toBe("TOKEN_REFUSED");
    expect(one.hasAdmitted(socket)).toBe(false);
  });

  it("takes only the new token from the moment it is replaced", () => {
    const one = guard();
    one.replaceToken("n".repeat(43));
    expect(thrownBy(() => one.admit(sent({}))).code).toBe("TOKEN_REFUSED");
    one.admit(sent({ headers: { authorization: `Bearer ${"n".repeat(43)}` } }));
  });

  it("answers 429 after ten wrong tokens in a minute, and lets the right one pass all the time", () => {
    let nowMs = 0;
    const one = guard({ now: () => nowMs });
    const wrong = () => thrownBy(() => one.admit(sent({ headers: { authorization: "Bearer wrong" } })));
    for (let count = 0; count < 10; count++) expect(wrong().code).toBe("TOKEN_REFUSED");
    nowMs = 20_000;
    expect(wrong()).toMatchObject({ code: "TOO_MANY_REQUESTS", details: { retryAfterSeconds: 40 } });
    one.admit(sent({}));
    nowMs = 60_000;
    expect(wrong().code).toBe("TOKEN_REFUSED");
  });

  it("bounds how fast requests with the token come, and forgives with time", () => {
    let nowMs = 0;
    const one = guard({ now: () => nowMs, rates: { ...tcpRates, requestsPerSecond: 10, burst: 3 } });
    for (let count = 0; count < 3; count++) one.admit(sent({}));
    expect(thrownBy(() => one.admit(sent({})))).toMatchObject({
      code: "TOO_MANY_REQUESTS",
      details: { retryAfterSeconds: 1 },
    });
    nowMs = 100;
    one.admit(sent({}));
    expect(thrownBy(() => one.admit(sent({}))).code).toBe("TOO_MANY_REQUESTS");
  });
});
