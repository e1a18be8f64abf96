import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test, type TestContext } from "vitest";
import { patchBinding, patchableBindings, sha256Hex } from "./elf-patch.ts";

/** The listed binding of this machine, or the reason why there is none. */
function installedOriginal(): { bytes: Uint8Array } | { reason: string } {
  const listed = patchableBindings[0];
  if (listed === undefined) return { reason: "no binding is listed" };
  try {
    const bytes = readFileSync(createRequire(import.meta.url).resolve(listed.package));
    if (sha256Hex(bytes) === listed.original) return { bytes };
    return { reason: `the installed ${listed.package} is not ${listed.version}` };
  } catch {
    return { reason: `${listed.package} is not installed on ${process.platform}-${process.arch}` };
  }
}

const installed = installedOriginal();

function originalOrSkip(context: TestContext): Uint8Array {
  return "bytes" in installed ? installed.bytes : context.skip(installed.reason);
}

test("the installed binding becomes exactly the listed copy, and itself stays as it was", (context) => {
  const original = originalOrSkip(context);
  const before = sha256Hex(original);
  const patched = patchBinding(original);
  expect(sha256Hex(patched)).toBe(patchableBindings[0]?.patched);
  expect(sha256Hex(original)).toBe(before);
  let changed = 0;
  for (let at = 0; at < original.length; at++) if (original[at] !== patched[at]) changed++;
  expect(patched.length).toBe(original.length);
  expect(changed).toBe(6);
});

test("a binding with one byte changed is refused", (context) => {
  const original = originalOrSkip(context);
  const altered = Uint8Array.from(original);
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
  expect(() => patchBinding(altered)).toThrow(/No known Chroma binding/);
});

test("a truncated binding is refused", (context) => {
  const original = originalOrSkip(context);
  expect(() => patchBinding(original.subarray(0, original.length - 4096))).toThrow(/No known Chroma binding/);
});

test("anything else is refused", () => {
  expect(() => patchBinding(new Uint8Array(0))).toThrow(/No known Chroma binding/);
  expect(() => patchBinding(Buffer.from("\u007fELF and no more"))).toThrow(/No known Chroma binding/);
});
