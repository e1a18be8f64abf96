import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import type { CommonsError } from "../../core/errors.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface SessionsOptions {
  readonly json?: boolean;
  readonly space?: string;
}

export const sessionsCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("sessions")
      .description("list the live agent sessions: workspace, branch, what each does; starts nothing");
    addJsonOption(addSpaceOption(command)).action((options: SessionsOptions) => runSessions(context, options));
    addExamples(command, {
      "commons sessions": "who is there and what they do",
      "commons sessions --json": "the same for scripts: sessions []",
    });
  },
};

async function runSessions(context: CliContext, options: SessionsOptions): Promise<void> {
  const { askRunningHub, withHub } = await import("../hub-access.ts");
  const { sessionLines } = await import("../output/status-text.ts");
  const { printWarning } = await import("../failure.ts");
  // A wrong setting is no reason to see nothing.
  const onProblem = (problem: CommonsError) => printWarning(context.stderr, problem, { isJson: options.json ?? false });
  await withHub({ cwd: context.cwd, space: options.space, onProblem }, async (access) => {
    const sessions = (await askRunningHub(access, "sessions.list"))?.result ?? null;
    if (options.json) printJson(context, { sessions: sessions ?? [] });
    else if (sessions === null) context.stdout.line("No hub is running, so no session is live.");
    else for (const line of sessionLines(context.stdout, sessions, Date.now())) context.stdout.line(line);
  });
}
