import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { environment, homePaths } from "../config/load-settings.ts";
import { currentProgram } from "../config/program.ts";
import { withoutSecrets } from "../config/secrets.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { containerOf, type ContainerRequest } from "./container-request.ts";
import { answerWithFailure } from "./failed-server.ts";
import { linkSocket } from "./hub-door.ts";
import { HubKeeper } from "./hub-keeper.ts";
import { otherVersion } from "./image-version.ts";
import { forgetFacts } from "./known-facts.ts";
import { isAnswering, removeStart } from "./leftovers.ts";
import { runContainer, type ContainerEnd } from "./run-container.ts";
import { sessionArguments, type SessionContainer } from "./session-container.ts";
import { isNotStarted, ownFailure, startFailure } from "./start-failure.ts";

/** Entry of `commons mcp --docker`: one session in a container of its own; resolves to the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let seen = "";
  let tidyUp: () => Promise<void> = () => Promise.resolve();
  try {
    const request = requestOf(args);
    const env = environment();
    const program = currentProgram();
    const start = randomUUID();
    const session = await containerOf(request, { program, env, cwd: process.cwd(), start });
    const keeper = keeperFor(session);
    try {
      void otherVersion({ ...session, program, env: withoutSecrets(env) }).then((problem) => problem && tell(problem));
      const access = { runtime: session.runtime, env: withoutSecrets(env), home: session.stateHome };
      const end = await runContainer({
        command: session.runtime.command,
        args: sessionArguments(session),
        env: access.env,
        input: process.stdin,
        output: process.stdout,
        errors: process.stderr,
        removeByForce: (options) => removeStart(access, start, options).catch(() => undefined),
        isAnswering: () => isAnswering(access, start),
      });
      const problem = problemOf(end, session);
      if (end.kind === "exit" && (problem === null || end.hasAnswered)) {
        if (problem !== null) tell(problem);
        return end.code;
      }
      seen = end.seen;
      if (end.kind === "hanging")
        tidyUp = () => removeStart(access, start, { mayComeLate: false }).catch(() => undefined);
      forgetFacts(session.stateHome);
      throw problem;
    } finally {
      await keeper?.close();
    }
  } catch (thrown) {
    const code = await fail(asCommonsError(thrown), seen);
    // A client that waits for its answer comes first.
    await tidyUp();
    return code;
  }
}

/** What is to be told of a session that ended; null: it ended as it should. */
function problemOf(end: ContainerEnd, { runtime, image }: SessionContainer): CommonsError | null {
  if (end.kind === "hanging")
    return new CommonsError("CONTAINERS_UNAVAILABLE", `${runtime.kind} does not answer.`, {
      hint: `Look whether it does anywhere: ${runtime.kind} ps. Start it again, or run without --docker.`,
    });
  if (end.kind === "unstartable")
    return startFailure({ runtime, image, stderr: `The program cannot be run: ${end.error.message}` });
  if (end.isAsked || end.code === 0) return null;
  if (!end.hasAnswered) return ownFailure(end.stderr) ?? startFailure({ runtime, image, stderr: end.stderr });
  if (!isNotStarted(end.code)) return null;
  return new CommonsError("CONTAINERS_UNAVAILABLE", `${runtime.kind} ended while the session ran.`, {
    hint: "When it runs again, let the agent start its servers anew.",
  });
}

function requestOf(args: readonly string[]): ContainerRequest {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        docker: { type: "boolean" },
        workspace: { type: "string" },
        allow: { type: "string", multiple: true, default: [] },
        space: { type: "string" },
        collection: { type: "string" },
        runtime: { type: "string" },
        image: { type: "string" },
        hub: { type: "string" },
        network: { type: "string" },
      },
    });
    const { workspace = null, allow, space, collection, runtime, image, hub, network } = values;
    return { workspace, allow, space, collection, runtime, image, hub, network };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new CommonsError("INPUT_INVALID", /[.!?]$/.test(text) ? text : `${text}.`, {
      hint: "commons mcp --help lists the options.",
    });
  }
}

/** null where the hub is a container's, which others keep. */
function keeperFor({ hub }: SessionContainer): HubKeeper | null {
  if (hub.kind === "volume") return null;
  const env = environment();
  const paths = homePaths(env);
  let hasToldLink = false;
  return new HubKeeper({
    paths,
    program: currentProgram(),
    env,
    onHub: () => {
      if (hub.kind !== "socket") return;
      try {
        linkSocket(paths);
      } catch (error) {
        if (!hasToldLink) tell(asCommonsError(error));
        hasToldLink = true;
      }
    },
    onProblem: tell,
  });
}

async function fail(error: CommonsError, seen: string): Promise<number> {
  process.stderr.write(`error: ${error.message}\n${error.hint === undefined ? "" : `next: ${error.hint}\n`}`);
  await answerWithFailure({ input: process.stdin, output: process.stdout, seen }, error);
  return error.kind.exitCode;
}

function tell(problem: CommonsError): void {
  process.stderr.write(`commons mcp: ${sentence(problem)}\n`);
}

function sentence({ message, hint }: CommonsError): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

process.stdout.on("error", () => process.exit(0));
const exitCode = await main(process.argv.slice(process.argv[2] === "mcp" ? 3 : 2));
process.stdout.write("", () => process.exit(exitCode));
