import { describe, expect, it } from "vitest";
import type { EngineView } from "../../protocol/views.ts";
import { engineText } from "./status-text.ts";

const ready: EngineView = {
  state: "ready",
  kind: "embedded",
  url: "http://127.0.0.1:8003",
  version: "3.5.0",
  pid: 1,
  detail: null,
  mirror: "all",
  behind: 0,
  conflicts: [],
};

describe("the state of ChromaDB", () => {
  it("says where it is and that it holds everything", () => {
    expect(engineText(ready)).toBe("ready at http://127.0.0.1:8003, version 3.5.0, holds everything");
    expect(engineText({ ...ready, behind: 1_200 })).toMatch(/, 1,200 records behind$/);
  });

  it("names a collection whose name another program holds once, and does not claim to hold it", () => {
    const text = engineText({ ...ready, conflicts: ["web"], detail: "Not in ChromaDB: web." });
    expect(text).toBe("ready at http://127.0.0.1:8003, version 3.5.0, holds everything else. Not in ChromaDB: web.");
  });

  it("does not say what a server holds that does not answer", () => {
    const text = engineText({ ...ready, kind: "external", state: "unreachable", version: null, detail: "No answer." });
    expect(text).toBe("unreachable at http://127.0.0.1:8003. No answer.");
  });
});
