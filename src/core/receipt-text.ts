import type { Author } from "./document.ts";
import { formatAge } from "./quantities.ts";
import type { Receipt } from "./receipts.ts";

/** "main@1a2b3c4"; empty outside of a repository. */
export function commitText({ branch, commit }: Pick<Author, "branch" | "commit">): string {
  const at = commit === null ? "" : `@${commit.slice(0, 7)}`;
  return `${branch ?? ""}${at}`;
}

/** "write by codex in /home/ann/app, main@1a2b3c4, 5 min ago". */
export function receiptText({ action, author, atMs }: Receipt, nowMs: number): string {
  const place = author.workspace === null ? "" : ` in ${author.workspace}`;
  const commit = commitText(author);
  return `${action} by ${author.agent}${place}${commit === "" ? "" : `, ${commit}`}, ${formatAge(atMs, nowMs)}`;
}
