import type { Author } from "./document.ts";
import { formatAge } from "./quantities.ts";
import { keptFromSession, type Receipt, replacedByImport } from "./receipts.ts";

/** "main@1a2b3c4"; empty outside of a repository. */
export function commitText({ branch, commit }: Pick<Author, "branch" | "commit">): string {
  const at = commit === null ? "" : `@${commit.slice(0, 7)}`;
  return `${branch ?? ""}${at}`;
}

/** As its user names it: what is promoted was imported or kept, and what an import put aside is of that import. */
export function actionText({ action, detail }: Pick<Receipt, "action" | "detail">): string {
  if (action === "promote") return detail === keptFromSession ? "keep" : "import";
  return action === "unload" && detail === replacedByImport ? replacedByImport : action;
}

/** "write by codex in /home/ann/app, main@1a2b3c4, 5 min ago". */
export function receiptText(receipt: Receipt, nowMs: number): string {
  const { author, atMs } = receipt;
  const place = author.workspace === null ? "" : ` in ${author.workspace}`;
  const commit = commitText(author);
  return `${actionText(receipt)} by ${author.agent}${place}${commit === "" ? "" : `, ${commit}`}, ${formatAge(atMs, nowMs)}`;
}
