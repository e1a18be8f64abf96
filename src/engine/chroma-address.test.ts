import { expect, test } from "vitest";
import { clientAddress, parseHeaders } from "./chroma-address.ts";

test("a URL gives scheme, host and port, with the scheme's own port where none is given", () => {
  expect(clientAddress("http://127.0.0.1:8003")).toEqual({ ssl: false, host: "127.0.0.1", port: 8003 });
  expect(clientAddress("https://api.trychroma.com")).toEqual({ ssl: true, host: "api.trychroma.com", port: 443 });
  expect(clientAddress("http://chroma/")).toEqual({ ssl: false, host: "chroma", port: 80 });
  expect(clientAddress("http://[::1]:9000")).toEqual({ ssl: false, host: "[::1]", port: 9000 });
});

test("a path prefix is kept", () => {
  expect(clientAddress("https://team.example:8443/tools/chroma/")).toEqual({
    ssl: true,
    host: "team.example",
    port: "8443/tools/chroma",
  });
});

test("headers come from lines or from ;; and values keep their colons", () => {
  expect(parseHeaders("x-chroma-token: ck-1;;Authorization: Basic a:b")).toEqual({
    "x-chroma-token": "ck-1",
    Authorization: "Basic a:b",
  });
  expect(parseHeaders("A: 1\r\nB:2\n\n")).toEqual({ A: "1", B: "2" });
  expect(parseHeaders("no colon here;; : nameless")).toEqual({});
  expect(parseHeaders("")).toEqual({});
});
