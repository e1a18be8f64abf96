import { expect, test } from "vitest";
import { makeTree } from "../../test/fixtures/tree.ts";
import { scanWorkspace } from "./scanner.ts";
import { isSecretName } from "./secret-names.ts";
import { createSkipCheck } from "./skip-check.ts";

test.each([
  "env.production",
  "env.local",
  ".vault_pass",
  ".vault_pass.txt",
  ".token",
  "ssh_host_ed25519_key",
  "deploy_key",
  "secrets.prod.yaml",
  "secrets.production.json",
  "app.secrets.json",
  ".bash_history",
  ".zsh_history",
  ".psql_history",
  "rclone.conf",
  "sftp-config.json",
  "local.settings.json",
  "passwords.txt",
])("%s counts as a secret", (name) => expect(isSecretName(name)).toBe(true));

test.each([
  "env.d.ts",
  "env.go",
  "ssh_host_ed25519_key.pub",
  "deploy_key.ts",
  "secrets.example.yaml",
  "secrets.schema.json",
  "secrets.de.json",
  "secrets.service.ts",
  "history",
  "browser_history.ts",
  "passwords.ts",
  "config",
  "config.json",
  "token.go",
])("%s is no secret by its name", (name) => expect(isSecretName(name)).toBe(false));

test("config files of kubectl and Docker count by their directory, and others of that name do not", async () => {
  await using tree = await makeTree({
    "home/.kube/config": "1",
    ".docker/config.json": "1",
    ".docker/Dockerfile": "1",
    "app/config.json": "1",
    "git/config": "1",
  });
  const workspace = await tree.open();
  const secrets: string[] = [];
  for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true }))
    if (entry.kind === "skipped" && entry.reason === "secret") secrets.push(entry.path);
  expect(secrets.toSorted()).toEqual([".docker/config.json", "home/.kube/config"]);
  const reasonToSkip = createSkipCheck(workspace);
  expect(await reasonToSkip("home/.kube/config")).toBe("secret");
  expect(await reasonToSkip("app/config.json")).toBeNull();
});
