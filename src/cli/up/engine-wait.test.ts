import { describe, expect, it } from "vitest";
import type { EngineView } from "../../protocol/views.ts";
import { isSettled } from "./engine-wait.ts";

const engine = (change: Partial<EngineView>): EngineView => ({
  state: "starting",
  kind: "embedded",
  url: null,
  version: null,
  pid: null,
  detail: null,
  mirror: "all",
  behind: 0,
  conflicts: [],
  ...change,
});

describe("waiting for ChromaDB", () => {
  it("ends at once when it is ready, cannot run, or is not wanted", () => {
    expect(isSettled(engine({ state: "ready" }), 0)).toBe(true);
    expect(isSettled(engine({ state: "failed" }), 0)).toBe(true);
    expect(isSettled(engine({ state: "off", kind: "none" }), 0)).toBe(true);
  });

  it("goes on while the hub's own starts", () => {
    expect(isSettled(engine({ state: "starting" }), 20_000)).toBe(false);
    expect(isSettled(engine({ state: "installing" }), 20_000)).toBe(false);
  });

  it("goes on for an external one that does not answer, but only for a few seconds", () => {
    const external = engine({ state: "unreachable", kind: "external" });
    expect(isSettled(external, 500)).toBe(false);
    expect(isSettled(external, 3_100)).toBe(true);
  });
});
