import { actionText, commitText } from "../../core/receipt-text.ts";
import type { Receipt } from "../../core/receipts.ts";
import { formatAge, formatDuration } from "../../core/quantities.ts";
import { tableLines } from "./table.ts";
import { withBoldHeader } from "./status-text.ts";
import type { Terminal } from "./terminal.ts";

export interface ReceiptView {
  readonly terminal: Terminal;
  readonly nowMs: number;
  /** The person's home directory, shown as ~. */
  readonly home: string;
}

const dayMs = 86_400_000;
const roomyColumns = 140;

/** Receipts as a table, in the given order. */
export function receiptLines(receipts: readonly Receipt[], { terminal, nowMs, home }: ReceiptView): string[] {
  const hasRestorable = receipts.some((receipt) => isRestorable(receipt, nowMs));
  const hasCommit = receipts.some(({ author }) => commitText(author) !== "");
  // Which session it was tells two agents of one name apart; beyond what a usual terminal shows.
  const hasRoom = terminal.columns >= roomyColumns;
  const columns = [
    { header: "NO", align: "right" as const },
    { header: "WHEN" },
    { header: "WHAT", minWidth: 7 },
    { header: "COLLECTION", minWidth: 10 },
    { header: "DOCS", minWidth: 6 },
    { header: "WHO", minWidth: 6 },
    ...(hasRoom ? [{ header: "SESSION" }] : []),
    { header: "WHERE", minWidth: 6, keep: "end" as const },
    ...(hasCommit ? [{ header: "COMMIT", minWidth: 7, keep: "end" as const }] : []),
    ...(hasRestorable ? [{ header: "UNDO FOR" }] : []),
  ];
  const rows = receipts.map((receipt) => [
    String(receipt.id),
    timeText(receipt.atMs, nowMs),
    receipt.isForced ? `${actionText(receipt)} (forced)` : actionText(receipt),
    receipt.kind === "temporary" ? `${receipt.collection} (temporary)` : receipt.collection,
    changesText(receipt),
    receipt.author.agent,
    ...(hasRoom ? [receipt.author.sessionId.slice(0, 8)] : []),
    shortPath(receipt.author.workspace, home),
    ...(hasCommit ? [commitText(receipt.author) || "-"] : []),
    ...(hasRestorable ? [restorableText(receipt, nowMs)] : []),
  ]);
  return withBoldHeader(terminal, tableLines(columns, rows, terminal.columns));
}

/** "5 min" of the last day; else when it was, by the clock of the machine: "2026-11-01 14:05". */
function timeText(atMs: number, nowMs: number): string {
  if (nowMs - atMs < dayMs) return formatAge(atMs, nowMs).replace(/ ago$/, "");
  const at = new Date(atMs);
  const two = (part: number) => String(part).padStart(2, "0");
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** "+3 ~2 -1": added, changed (or renamed), removed. */
function changesText({ added, changed, renamed, removed }: Receipt): string {
  const parts = Object.entries({ "+": added, "~": changed + renamed, "-": removed })
    .filter(([, count]) => count > 0)
    .map(([sign, count]) => `${sign}${count.toLocaleString("en-US")}`);
  return parts.join(" ") || "0";
}

function isRestorable({ restorableUntilMs }: Receipt, nowMs: number): boolean {
  return restorableUntilMs !== null && restorableUntilMs > nowMs;
}

function restorableText(receipt: Receipt, nowMs: number): string {
  return isRestorable(receipt, nowMs) ? formatDuration((receipt.restorableUntilMs ?? nowMs) - nowMs) : "-";
}

function shortPath(path: string | null, home: string): string {
  if (path === null) return "-";
  if (path === home) return "~";
  return home !== "" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
