import { expect, test } from "vitest";
import type { Source } from "../core/document.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { ownPathGlob, ownPlaceId } from "./own-place.ts";

function placeOf(root: string, key: string): { workspace: Workspace; source: Source } {
  const refuse = () => {
    throw new Error("Nothing is read.");
  };
  return {
    workspace: {
      root,
      hostPath: root,
      allowed: [],
      isClosed: () => false,
      person: { home: "/home", configHome: "/home/.config" },
      resolve: refuse,
      openInside: refuse,
    },
    source: { key, kind: "workspace", name: key, machine: "host", path: root, repository: null },
  };
}

const places = [placeOf("/home/ann/app", "ws-1"), placeOf("/home/ann/docs", "ws-2")];

test.each([
  ["./b.md", "ws-1/b.md"],
  ["./src/../b.md", "ws-1/b.md"],
  ["/workspace/src/b.md", "ws-1/src/b.md"],
  ["/workspace//src/./b.md", "ws-1/src/b.md"],
  ["/home/ann/app/b.md", "ws-1/b.md"],
  ["/home/ann/docs/b.md", "ws-2/b.md"],
  ["../docs/b.md", "ws-2/b.md"],
])("%s is the document %s", (id, expected) => {
  expect(ownPlaceId(id, places)).toBe(expected);
});

test.each([
  "b.md",
  "note-1",
  "src/b.md",
  "../b.md",
  "/etc/passwd",
  "/workspace",
  "./",
  "/home/ann/application/b.md",
  "ws-1/b.md#0123456789abcdef.0",
])("%s goes to the hub as it is", (id) => {
  expect(ownPlaceId(id, places)).toBe(id);
});

test("below a real /workspace there is no alias", () => {
  const below = [placeOf("/workspace/app", "ws-1")];
  expect(ownPlaceId("/workspace/other/b.md", below)).toBe("/workspace/other/b.md");
  expect(ownPlaceId("/workspace/app/b.md", below)).toBe("ws-1/b.md");
});

test("a session without a workspace changes nothing", () => {
  expect(ownPlaceId("./b.md", [])).toBe("./b.md");
});

test.each([
  ["/workspace/lib/**", "lib/**"],
  ["/workspace", "**"],
  ["/home/ann/app/src/*.ts", "src/*.ts"],
  ["/home/ann/docs/", "**"],
  ["/home/ann/application/a.ts", "/home/ann/application/a.ts"],
  ["src/**", "src/**"],
])("the path filter %s means %s", (glob, expected) => {
  expect(ownPathGlob(glob, places)).toBe(expected);
});
