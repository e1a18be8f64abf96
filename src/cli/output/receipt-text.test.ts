import { expect, test } from "vitest";
import type { Receipt } from "../../core/receipts.ts";
import { receiptText } from "../../core/receipt-text.ts";
import { receiptLines } from "./receipt-text.ts";
import type { Terminal } from "./terminal.ts";

const nowMs = Date.UTC(2026, 10, 1);
const terminal = (columns: number): Terminal => ({
  isTerminal: true,
  columns,
  write: () => undefined,
  line: () => undefined,
  style: (_name, text) => text,
});
const receipt: Receipt = {
  id: 7,
  action: "write",
  collection: "frontend_code",
  collectionId: "c-1",
  kind: "permanent",
  author: {
    sessionId: "s-1",
    agent: "codex 1.2",
    workspace: "/home/ann/web/frontend",
    branch: "main",
    commit: "0123456789abcdef",
  },
  source: null,
  added: 1_200,
  changed: 2,
  renamed: 1,
  removed: 4,
  chunks: 5_000,
  isForced: false,
  detail: null,
  startedAtMs: nowMs - 400_000,
  atMs: nowMs - 300_000,
  restorableUntilMs: null,
};
const lines = (receipts: readonly Receipt[], columns = 200): string[] =>
  receiptLines(receipts, { terminal: terminal(columns), nowMs, home: "/home/ann" });

test("a receipt is one line: what was done to how many documents, by whom, where and at which commit", () => {
  expect(lines([receipt])).toEqual([
    "NO  WHEN   WHAT   COLLECTION     DOCS          WHO        SESSION  WHERE           COMMIT",
    " 7  5 min  write  frontend_code  +1,200 ~3 -4  codex 1.2  s-1      ~/web/frontend  main@0123456",
  ]);
});

test("an import is called so, and what it put aside says why it went", () => {
  const [, made, replaced, plain] = lines([
    { ...receipt, action: "promote", detail: "replaced the collection of receipt 6" },
    { ...receipt, action: "unload", detail: "replaced by an import" },
    { ...receipt, action: "unload" },
  ]);
  expect(made).toContain("  import  ");
  expect(replaced).toContain("  replaced by an import  ");
  expect(plain).toContain("  unload  ");
});

test("what was done before today has a date and a time, and a narrow table no session", () => {
  const [header, row] = lines([{ ...receipt, atMs: new Date(2026, 8, 3, 4, 5).getTime() }], 120);
  expect(header).not.toContain("SESSION");
  expect(row).toContain(" 2026-09-03 04:05  write");
});

test("a removal says for how long it can be undone, and whether somebody was overruled", () => {
  const author = { ...receipt.author, workspace: null, branch: null, commit: null };
  const counts = { added: 0, changed: 0, renamed: 0, removed: 12 };
  const removal: Receipt = { ...receipt, ...counts, author, action: "delete", isForced: true };
  const [header = "", open = "", over = ""] = lines([
    { ...removal, restorableUntilMs: nowMs + 86_400_000 * 6 },
    { ...removal, restorableUntilMs: nowMs - 1 },
  ]);
  expect(header).toMatch(/ UNDO FOR$/);
  expect(open).toMatch(/delete \(forced\) +frontend_code +-12 +codex 1\.2 +s-1 +- +6 d 0 h$/);
  expect(over).toMatch(/ -$/);
});

test("the table fits a terminal of 80 columns whatever the names are", () => {
  const author = { ...receipt.author, agent: "an agent with a long name 12.34.56", branch: "feature/long-branch-name" };
  const long = { ...receipt, author, collection: "a_collection_with_a_long_name", isForced: true, id: 123 };
  for (const line of lines([{ ...long, restorableUntilMs: nowMs + 86_400_000 * 6.9 }], 80))
    expect(line.length).toBeLessThanOrEqual(80);
});

test("the last change of a collection is told in a few words", () => {
  expect(receiptText(receipt, nowMs)).toBe("write by codex 1.2 in /home/ann/web/frontend, main@0123456, 5 min ago");
  const author = { ...receipt.author, workspace: null, branch: null, commit: null };
  expect(receiptText({ ...receipt, author }, nowMs)).toBe("write by codex 1.2, 5 min ago");
});
