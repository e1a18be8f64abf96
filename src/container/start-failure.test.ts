import { expect, it } from "vitest";
import { startFailure } from "./start-failure.ts";

const runtime = { kind: "docker", command: "/usr/bin/docker" } as const;
const image = "chroma-commons-session:1.2.3";

// As docker 20.10 to 28 and podman 4 say it.
it.each([
  [
    "docker: Error response from daemon: No such image: chroma-commons-session:1.2.3.\nSee 'docker run --help'.",
    "commons image build",
  ],
  ["Error: chroma-commons-session:1.2.3: image not known", "commons image build"],
  [
    "docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?.\nSee 'docker run --help'.",
    "systemctl start docker",
  ],
  [
    "error during connect: this error may indicate that the docker daemon is not running: Head ...: open //./pipe/docker_engine: The system cannot find the file specified.",
    "Start Docker Desktop",
  ],
  [
    'docker: permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Head "http://x/_ping": dial unix /var/run/docker.sock: connect: permission denied.',
    "usermod -aG docker",
  ],
  [
    'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /home/me/app.',
    "run without --docker",
  ],
  [
    "docker: Error response from daemon: Mounts denied: The path /srv/x is not shared from the host and is not known to Docker.",
    "File sharing",
  ],
  [
    'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /home/me/.docker/contexts/meta/0/meta.json: no such file or directory',
    "DOCKER_CONTEXT",
  ],
  [
    "Failed to initialize: unable to resolve docker endpoint: open /home/me/.docker/ca.pem: no such file or directory",
    "DOCKER_TLS_VERIFY",
  ],
  ['docker: Error response from daemon: exec: "docker-init": executable file not found in $PATH.', "tini-static"],
  [
    "Error: runc: runc create failed: error setting rlimit type 7: operation not permitted: OCI permission denied",
    "default_ulimits",
  ],
  ["[FATAL tini (6)] exec mcp failed: No such file or directory", "commons image build"],
])("%s is told with the next step", (stderr, hint) => {
  expect(startFailure({ runtime, image, stderr }).hint).toContain(hint);
});

it("what is not known is repeated, without docker's advice", () => {
  const { code, message } = startFailure({
    runtime,
    image,
    stderr: "docker: Error response from daemon: something new.\n\nRun 'docker run --help' for more information\n",
  });
  expect([code, message]).toEqual([
    "CONTAINERS_UNAVAILABLE",
    "docker did not start the session: docker: Error response from daemon: something new.",
  ]);
});
