import type { ClientAdapter } from "../client-adapter.ts";
import { claudeCode } from "./claude-code.ts";
import { claudeDesktop } from "./claude-desktop.ts";
import { codex } from "./codex.ts";
import { cursor } from "./cursor.ts";
import { geminiCli } from "./gemini-cli.ts";
import { opencode } from "./opencode.ts";
import { vsCode } from "./vs-code.ts";
import { windsurf } from "./windsurf.ts";
import { zed } from "./zed.ts";

/** Every agent that set-up knows: one file each, one line here. Those that the suite runs come first, then by their titles. */
export const clientAdapters: readonly ClientAdapter[] = [
  codex,
  claudeCode,
  geminiCli,
  opencode,
  claudeDesktop,
  cursor,
  vsCode,
  windsurf,
  zed,
];
