import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "../../test/fixtures/world.ts";
import { BenchWorld, type Call, ingest } from "./bench-world.ts";
import { copyCorpus, filesOf } from "./corpus.ts";
import { median, rounded } from "./process-memory.ts";

const version = "2.8.3";
const cache = join(import.meta.dirname, "..", "..", ".cache", "qmd");
const rounds = 7;

/**
 * The keyword part of qmd beside us on the same files: both as a command of its own, and our session, which runs already. qmd writes
 * whole documents into one word index; we cut, name and embed passages too.
 */
export async function measureQmd() {
  await installQmd();
  const world = await BenchWorld.open({ engine: false });
  try {
    const workspace = world.path("corpus");
    const corpus = await copyCorpus("small", workspace);
    const qmd = qmdIn(world.path("qmd"));
    const qmdCold = await qmd("collection", "add", workspace, "--name", "bench", "--mask", "**/*");
    const ourCold = await world.commons(["ingest", "--collection", "bench", "--json"], workspace);
    const agent = await world.session(workspace);
    await ingest(agent, "bench");
    const steps = {
      qmd: () => qmd("update"),
      command: () => command(world, workspace),
      session: () => ingest(agent, "bench"),
    };
    const files = filesOf(workspace).filter((file) => /\.(ts|js)$/.test(file));
    let edits = 0;
    const edit = () => appendFileSync(files[(edits += 37) % files.length] ?? "", `\n// edit ${edits}\n`);
    return {
      version,
      files: corpus.files,
      cold: {
        qmdSeconds: rounded(qmdCold.ms / 1_000),
        commonsSeconds: rounded(ourCold.ms / 1_000),
        ratio: rounded(ourCold.ms / qmdCold.ms),
      },
      qmdIndexed: /Indexed: .*/.exec(qmdCold.text)?.[0] ?? null,
      unchanged: await inTurn(steps, () => undefined),
      oneFileChanged: await inTurn(steps, edit),
    };
  } finally {
    await world.close();
  }
}

function command(world: BenchWorld, workspace: string): Promise<Call> {
  return world.commons(["ingest", "--collection", "bench", "--json"], workspace);
}

/** Medians in ms; before each run of each program, the change is made again. */
async function inTurn<N extends string>(steps: Readonly<Record<N, () => Promise<Call>>>, change: () => void) {
  const times = new Map<string, number[]>();
  // Safe: the keys of the record are its names.
  const names = Object.keys(steps) as N[];
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      change();
      const { ms } = await steps[name]();
      times.set(name, [...(times.get(name) ?? []), ms]);
    }
  }
  return Object.fromEntries(names.map((name) => [`${name}Ms`, median(times.get(name) ?? [])]));
}

/** Without install scripts: its SQLite comes ready in the package, and the keyword part needs no model runtime. */
export async function installQmd(): Promise<void> {
  if (existsSync(join(cache, "node_modules", "@tobilu", "qmd"))) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), '{ "private": true }\n');
  const args = ["install", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", `@tobilu/qmd@${version}`];
  const { code, stderr } = await runToEnd("npm", args, { cwd: cache, env: process.env });
  if (code !== 0) throw new Error(`qmd cannot be installed: ${stderr}`);
}

export function qmdIn(home: string): (...args: string[]) => Promise<Call> {
  const program = join(cache, "node_modules", "@tobilu", "qmd", "dist", "cli", "qmd.js");
  mkdirSync(home, { recursive: true });
  const directories = { HOME: home, XDG_CACHE_HOME: join(home, "cache"), XDG_CONFIG_HOME: join(home, "config") };
  return async (...args) => {
    const startMs = performance.now();
    const { code, stdout, stderr } = await runToEnd(process.execPath, [program, ...args], {
      cwd: home,
      env: { PATH: process.env["PATH"], ...directories },
    });
    const ms = performance.now() - startMs;
    if (code !== 0) throw new Error(`qmd ${args.join(" ")} ended with ${code}: ${stderr}`);
    return { text: stdout, ms };
  };
}
