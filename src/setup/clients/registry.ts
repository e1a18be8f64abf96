import type { ClientAdapter } from "../client-adapter.ts";
import { amp } from "./amp.ts";
import { antigravity } from "./antigravity.ts";
import { auggie } from "./auggie.ts";
import { claudeCode } from "./claude-code.ts";
import { claudeDesktop } from "./claude-desktop.ts";
import { cline } from "./cline.ts";
import { codex } from "./codex.ts";
import { continueDev } from "./continue.ts";
import { copilotCli } from "./copilot-cli.ts";
import { crush } from "./crush.ts";
import { cursor } from "./cursor.ts";
import { factoryDroid } from "./factory-droid.ts";
import { geminiCli } from "./gemini-cli.ts";
import { goose } from "./goose.ts";
import { junie } from "./junie.ts";
import { kiloCode } from "./kilo-code.ts";
import { kiro } from "./kiro.ts";
import { lmStudio } from "./lm-studio.ts";
import { opencode } from "./opencode.ts";
import { qwenCode } from "./qwen-code.ts";
import { rooCode } from "./roo-code.ts";
import { visualStudio } from "./visual-studio.ts";
import { vsCode } from "./vs-code.ts";
import { warp } from "./warp.ts";
import { windsurf } from "./windsurf.ts";
import { zed } from "./zed.ts";

/** Every agent that set-up knows: one file each, one line here. Those that the suite runs come first, then by their titles. */
export const clientAdapters: readonly ClientAdapter[] = [
  codex,
  claudeCode,
  geminiCli,
  opencode,
  amp,
  auggie,
  claudeDesktop,
  cline,
  continueDev,
  crush,
  cursor,
  factoryDroid,
  copilotCli,
  antigravity,
  goose,
  junie,
  kiloCode,
  kiro,
  lmStudio,
  qwenCode,
  rooCode,
  visualStudio,
  vsCode,
  warp,
  windsurf,
  zed,
];
