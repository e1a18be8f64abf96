import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { runProgram } from "./lib/child-process.mjs";
import { addTotals, closingLine, failureLines, totalsOfReport } from "./lib/closing-line.mjs";
import { findLeftoverProcesses } from "./lib/leftover-processes.mjs";
import { packageRoot, prepareProgram, runScript, tellFailure } from "./lib/preparation.mjs";
import { plainPath } from "./lib/plain-path.mjs";

// `npm test [-- VITEST ARGUMENTS]`; `--all` adds test/slow, `--skip-fast` (with --all) leaves out what `npm test` runs.
await runScript((args) =>
  runTests(args).catch((error) => {
    tellFailure(error);
    // Who reads the closing line finds it whatever happens, as when an installation fails.
    console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }));
    return 1;
  }),
);

async function runTests(args) {
  const vitestArgs = args.filter((arg) => arg !== "--all" && arg !== "--skip-fast");
  const configs = args.includes("--skip-fast") ? [] : ["vitest.config.ts"];
  if (args.includes("--all")) configs.push("vitest.slow.config.ts");

  const node = await prepareProgram();
  const scratch = await mkdtemp(join(tmpdir(), "commons-test-"));
  // Tests of closed directories put down root's rights and must still get there.
  await chmod(scratch, 0o711);
  let totals = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const config of configs) totals = addTotals(totals, await runVitest({ node, config, scratch, vitestArgs }));
  } finally {
    totals.failed += await reportLeftovers(scratch);
  }
  if (totals.passed + totals.failed === 0) console.log("No test ran.");
  console.log(closingLine(totals));
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

async function runVitest({ node, config, scratch, vitestArgs }) {
  const report = join(scratch, `${config}.json`);
  const { root, nodeArgs, vitestArgs: rootArgs } = await plainPath(packageRoot, scratch);
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const which = ["--config", join(root, config), "--passWithNoTests", ...rootArgs];
  const args = [...nodeArgs, vitest, "run", ...which, ...reporters, ...vitestArgs];
  const exitCode = await runProgram(node, args, { cwd: packageRoot, env: await scratchEnvironment(scratch, node) });
  const told = JSON.parse(await readFile(report, "utf8").catch(() => "null"));
  for (const line of failureLines(told, root)) console.log(line);
  return totalsOfReport(told, exitCode);
}

/** An environment in which every home and temporary directory lies in `scratch`, so that no test touches a person's data. */
async function scratchEnvironment(scratch, node) {
  const [home, temporary] = [join(scratch, "home"), join(scratch, "tmp")];
  for (const directory of [home, temporary]) await mkdir(directory, { recursive: true });
  return {
    npm_config_userconfig: join(homedir(), ".npmrc"), // The registry that a person has set is needed under another HOME too.
    ...process.env,
    HOME: home,
    USERPROFILE: home,
    COMMONS_HOME: join(scratch, "commons"),
    // Else every test's home would begin without compiled code, which is a third of what a command costs.
    NODE_COMPILE_CACHE: join(scratch, "compiled"),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    PATH: [dirname(node), process.env["PATH"]].join(delimiter),
  };
}

/** Tells of processes that outlived the tests and resolves to their number; without any, removes the scratch directory. */
async function reportLeftovers(scratch) {
  const left = await findLeftoverProcesses(scratch);
  if (left === null) console.log("Whether a process was left behind is checked on Linux only.");
  if (left?.length) {
    console.log(`\nLEFT BEHIND: ${left.length} processes outlived the tests (their files: ${scratch}):`);
    for (const { pid, command } of left) console.log(`  ${pid}  ${command}`);
    return left.length;
  }
  await rm(scratch, { recursive: true, force: true });
  return 0;
}
