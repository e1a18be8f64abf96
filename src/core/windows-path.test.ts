import { expect, it } from "vitest";
import { identityOfPath } from "./windows-path.ts";

it.each([
  ["C:\\Users\\Ann\\Web App", "c:/users/ann/web app"],
  ["c:/users/ANN/web app/", "c:/users/ann/web app"],
  ["\\\\?\\C:\\Users\\Ann", "c:/users/ann"],
  ["C:\\\\Users\\\\Ann\\\\", "c:/users/ann"],
  ["C:\\", "c:/"],
  ["\\\\Server\\Share\\x", "//server/share/x"],
  ["\\\\?\\UNC\\Server\\Share\\x\\", "//server/share/x"],
  ["C:\\PROGRA~1\\x", "c:/progra~1/x"],
  ["/home/Ann/Web App", "/home/Ann/Web App"],
  ["/Users/Ann/x/", "/Users/Ann/x/"],
  ["/home/ann/C:\\odd", "/home/ann/C:\\odd"],
  ["/", "/"],
])("the identity of %s is made of %s", (path, expected) => {
  expect(identityOfPath(path)).toBe(expected);
});
