import { expect, test } from "vitest";
import { bindingPackage, chooseBinding, type BindingFacts, type InstalledBinding } from "./binding-choice.ts";
import { patchableBindings } from "./elf-patch.ts";

const name = "chromadb-js-bindings-linux-x64-gnu";
const current: InstalledBinding = { package: name, version: "1.3.4", file: "/m/current.node" };
const old: InstalledBinding = { package: name, version: "1.0.3", file: "/m/old.node" };

const facts = (changes: Partial<BindingFacts>): BindingFacts => ({
  platform: "linux",
  arch: "x64",
  glibc: "2.36",
  installed: [current],
  sha256: () => patchableBindings[0]?.original ?? "",
  failedFiles: [],
  installFailure: null,
  ...changes,
});

test("glibc 2.39 and newer load the installed binding as it is, without hashing it", () => {
  const sha256 = (): string => {
    throw new Error("must not be asked");
  };
  expect(chooseBinding(facts({ glibc: "2.39", sha256 }))).toEqual({ kind: "direct", binding: current });
  expect(chooseBinding(facts({ glibc: "2.41", sha256 }))).toEqual({ kind: "direct", binding: current });
});

test.each(["2.34", "2.35", "2.36", "2.38"])("glibc %s gets the patched copy", (glibc) => {
  expect(chooseBinding(facts({ glibc }))).toEqual({
    kind: "patched",
    binding: current,
    sha256: patchableBindings[0]?.patched,
  });
});

test("a binding that is not in the list is not patched: 1.0.3 is fetched", () => {
  expect(chooseBinding(facts({ sha256: () => "0".repeat(64) }))).toEqual({
    kind: "install",
    package: name,
    version: "1.0.3",
  });
});

test("a patched copy that did not load gives way to 1.0.3", () => {
  expect(chooseBinding(facts({ failedFiles: [current.file] }))).toEqual({
    kind: "install",
    package: name,
    version: "1.0.3",
  });
  expect(chooseBinding(facts({ failedFiles: [current.file], installed: [current, old] }))).toEqual({
    kind: "direct",
    binding: old,
  });
});

test("without any installed binding the current one is fetched, to be patched", () => {
  expect(chooseBinding(facts({ installed: [] }))).toEqual({ kind: "install", package: name, version: "1.3.4" });
  expect(chooseBinding(facts({ installed: [], glibc: "2.39" }))).toEqual({
    kind: "install",
    package: name,
    version: "1.3.4",
  });
});

test("a failed fetch ends in a reason, not in a loop", () => {
  expect(chooseBinding(facts({ installed: [], installFailure: "no network" }))).toMatchObject({ kind: "unsupported" });
  expect(chooseBinding(facts({ failedFiles: [current.file, old.file], installed: [current, old] }))).toMatchObject({
    kind: "unsupported",
  });
});

test("an old glibc, musl and unknown platforms are unsupported, with the reason", () => {
  const reason = (changes: Partial<BindingFacts>): string => {
    const choice = chooseBinding(facts(changes));
    return choice.kind === "unsupported" ? choice.reason : choice.kind;
  };
  expect(reason({ glibc: "2.31" })).toContain("has 2.31");
  expect(reason({ glibc: null })).toContain("musl");
  expect(reason({ arch: "riscv64" })).toContain("riscv64");
  expect(reason({ platform: "freebsd" })).toContain("freebsd");
});

test("macOS and Windows load their binding directly", () => {
  const mac = { package: "chromadb-js-bindings-darwin-arm64", version: "1.3.4", file: "/m/mac.node" };
  expect(chooseBinding(facts({ platform: "darwin", arch: "arm64", glibc: undefined, installed: [mac] }))).toEqual({
    kind: "direct",
    binding: mac,
  });
  const windows = { package: "chromadb-js-bindings-win32-x64-msvc", version: "1.3.4", file: "C:\\m\\w.node" };
  expect(chooseBinding(facts({ platform: "win32", glibc: undefined, installed: [windows] }))).toEqual({
    kind: "direct",
    binding: windows,
  });
  expect(bindingPackage("win32", "arm64")).toBe("chromadb-js-bindings-win32-arm64-msvc");
});
