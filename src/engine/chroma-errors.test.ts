import { expect, test } from "vitest";
import { fromChroma } from "./chroma-errors.ts";

function clientError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

test("a refusal says what Chroma said, without the address of the call", () => {
  const said = "Validation error: name: Expected a name that is not a valid ip address. Got 192.168.1.1";
  const url = "http://127.0.0.1:8003/api/v2/tenants/t/databases/d/collections";
  const error = fromChroma(clientError("ChromaClientError", `Bad request to ${url} with status: ${said}`), "making it");
  expect(error.code).toBe("INPUT_INVALID");
  expect(error.message).toBe(`ChromaDB refused the input (making it): ${said}`);
});
