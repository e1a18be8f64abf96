import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { homeDirectory } from "../config/paths.ts";
import { askFacts, type Runtime, type RuntimeFacts } from "./runtime.ts";

const factsSchema = z.object({ key: z.string(), isRootless: z.boolean(), isRemote: z.boolean() });
const keptMs = 24 * 3_600_000;

/**
 * What is known of the container program, asked once a day: asking costs every session's start some 50 ms. What cannot be asked counts
 * as a plain daemon of this machine: the start itself then says what is wrong.
 */
export async function knownFacts(runtime: Runtime, env: NodeJS.ProcessEnv, home: string): Promise<RuntimeFacts> {
  // Neither Docker Desktop nor Podman's machine shares sockets with macOS or Windows.
  if (process.platform !== "linux") return { isRootless: false, isRemote: true };
  if (runtime.kind === "podman") return { isRootless: process.getuid?.() !== 0, isRemote: false };
  const file = factsFile(home);
  const key = keyOf(runtime, env);
  const kept = readKept(file, key);
  if (kept !== null) return kept;
  const facts = await askFacts(runtime, env).catch(() => null);
  if (facts !== null) keep(file, { key, ...facts });
  return facts ?? { isRootless: false, isRemote: false };
}

/** For a start that failed: perhaps another daemon answers now. */
export function forgetFacts(home: string): void {
  rmSync(factsFile(home), { force: true });
}

function factsFile(home: string): string {
  return join(home, "cache", "containers.json");
}

/** Whatever decides which daemon answers. */
function keyOf({ command }: Runtime, env: NodeJS.ProcessEnv): string {
  const parts = [command, env["DOCKER_HOST"], env["DOCKER_CONTEXT"], env["XDG_RUNTIME_DIR"], contextTime(env)];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

function contextTime(env: NodeJS.ProcessEnv): number {
  try {
    return statSync(join(homeDirectory(env), ".docker", "config.json")).mtimeMs;
  } catch {
    return 0;
  }
}

function readKept(file: string, key: string): RuntimeFacts | null {
  try {
    if (Math.abs(Date.now() - statSync(file).mtimeMs) > keptMs) return null;
    const { key: keptKey, ...facts } = factsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return keptKey === key ? facts : null;
  } catch {
    // None is kept, or something else stands there: it is asked again.
    return null;
  }
}

function keep(file: string, facts: z.infer<typeof factsSchema>): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, JSON.stringify(facts), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // The next start asks again.
    rmSync(temporary, { force: true });
  }
}
