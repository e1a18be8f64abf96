import { CommonsError } from "../core/errors.ts";
import type { Runtime } from "./runtime.ts";

/** Whether docker or podman ended because the container never started: a session itself ends with none of these codes. */
export function isNotStarted(exitCode: number): boolean {
  return [125, 126, 127].includes(exitCode);
}

/** What the program was to do, for the words of what it did not. */
export type AskedOf = "session" | "build" | "list";

const undone: Readonly<Record<AskedOf, { readonly fact: string; readonly hint: string }>> = {
  session: { fact: "did not start the session", hint: "See commons doctor; or run without --docker." },
  build: { fact: "did not build the image", hint: "What it said stands above. With another base: --base IMAGE" },
  list: { fact: "did not say what there is", hint: "See commons doctor." },
};

interface KnownFailure {
  readonly pattern: RegExp;
  error(options: { runtime: Runtime; image: string; line: string }): CommonsError;
}

const failures: readonly KnownFailure[] = [
  {
    pattern: /unable to resolve docker endpoint|failed to initialize|current context .* is not found/i,
    error: ({ runtime, line }) =>
      unavailable(
        `${runtime.kind} cannot use what its environment says: ${line}`,
        "Mend or unset DOCKER_HOST, DOCKER_CONTEXT, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, also in the agent's entry.",
      ),
  },
  {
    pattern: /no such image|unable to find image|image not known|manifest unknown|pull access denied|did not resolve/i,
    error: ({ image, runtime }) =>
      unavailable(
        `The image ${image} is not on this machine, or not in what ${runtime.kind} knows.`,
        "Build it from this installation: commons image build",
      ),
  },
  {
    pattern: /setting rlimit/i,
    error: ({ runtime }) =>
      unavailable(
        `${runtime.kind} may not raise the limits of a container here.`,
        'Set lower ones in containers.conf, below [containers]: default_ulimits = ["nofile=4096:4096"]',
      ),
  },
  {
    pattern: /permission denied.*(?:docker|podman)|(?:docker|podman).*permission denied|dial unix .*permission denied/i,
    error: ({ runtime }) =>
      unavailable(
        `You may not use ${runtime.kind} as this user.`,
        'Join its group and log in again: sudo usermod -aG docker "$(id -un)". Or use rootless Docker or Podman.',
      ),
  },
  {
    pattern: /invalid mount config|bind source path does not exist|mounts denied|not shared from the host|statfs /i,
    error: ({ runtime, line }) =>
      new CommonsError("WORKSPACE_REFUSED", `${runtime.kind} cannot share the directory: ${line}`, {
        hint: "Share it in the settings of Docker Desktop (Resources, File sharing), or run without --docker. A daemon on another machine has none of your files.",
      }),
  },
  {
    pattern: /cannot connect to|is the docker daemon running|error during connect|connection refused|podman machine/i,
    error: ({ runtime }) =>
      unavailable(
        `${runtime.kind} is installed, but does not run.`,
        runtime.kind === "docker"
          ? "Start Docker Desktop, or the daemon: sudo systemctl start docker. With a daemon elsewhere give the agent's entry DOCKER_HOST."
          : "Start its machine: podman machine start",
      ),
  },
  {
    pattern: /docker-init|catatonit|init binary/i,
    error: ({ runtime }) =>
      unavailable(
        `${runtime.kind} has no init program for containers.`,
        runtime.kind === "docker" ? "Install the package tini-static." : "Install the package catatonit.",
      ),
  },
  {
    pattern: /executable file not found|exec format error|exec \S+ failed|no such file or directory: unknown/i,
    error: ({ image }) =>
      unavailable(`The image ${image} has no program of ours in it.`, "Build it anew: commons image build"),
  },
];

/** The error of our own that a session ended with; null where its last words are none. */
export function ownFailure(stderr: string): CommonsError | null {
  const [, message, hint] = /^error: (.+)\nnext: (.+)\s*$/m.exec(stderr) ?? [];
  return message === undefined || hint === undefined ? null : unavailable(message, hint);
}

/** What docker or podman said on standard error, when it did not start the container, as an error with a next step. */
export function startFailure(options: {
  readonly runtime: Runtime;
  readonly image: string;
  readonly stderr: string;
  /** "session" when not given. */
  readonly asked?: AskedOf;
}): CommonsError {
  const { runtime, image, stderr, asked = "session" } = options;
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== "" && !/^(?:See|Run) '/.test(line));
  const line = sentence((lines.at(-1) ?? "it gave no reason").trim().slice(0, 500));
  const known = failures.find(({ pattern }) => pattern.test(stderr));
  return (
    known?.error({ runtime, image, line }) ??
    unavailable(`${runtime.kind} ${undone[asked].fact}: ${line}`, undone[asked].hint)
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function unavailable(fact: string, hint: string): CommonsError {
  return new CommonsError("CONTAINERS_UNAVAILABLE", fact, { hint });
}
