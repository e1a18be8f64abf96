import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { CommonsError, systemErrorCode } from "../core/errors.ts";

/** A value that must not be shown: JSON, templates and loggers see the name only. */
export interface Secret {
  /** The environment variable that it came from. */
  readonly name: string;
  reveal(): string;
}

/** Secrets come from the environment only: files are copied, shared and committed. */
export interface Secrets {
  readonly openaiKey: Secret | null;
}

const secretVariables = [
  "COMMONS_OPENAI_API_KEY",
  "OPENAI_API_KEY",
  "COMMONS_CHROMA_HEADERS",
  "COMMONS_HUB_TOKEN",
  "COMMONS_HUB_TOKEN_FILE",
];

/** The environment for a program that needs none of ours. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secretVariables.includes(name)));
}

export function loadSecrets(env: NodeJS.ProcessEnv): Secrets {
  return { openaiKey: secretOf(env, "COMMONS_OPENAI_API_KEY") ?? secretOf(env, "OPENAI_API_KEY") };
}

const maxTokenBytes = 4_096;

/**
 * The token for a hub that is reached over TCP: COMMONS_HUB_TOKEN, else the file that COMMONS_HUB_TOKEN_FILE names; null when neither
 * is given. Errors: SETTING_INVALID for a file that cannot be read, is no token's, or that others may read.
 */
export function loadHubToken(env: NodeJS.ProcessEnv): Secret | null {
  const given = secretOf(env, "COMMONS_HUB_TOKEN");
  const file = env["COMMONS_HUB_TOKEN_FILE"];
  if (given !== null || !file) return given;
  const token = readTokenFile(file);
  return { name: "COMMONS_HUB_TOKEN_FILE", reveal: () => token };
}

function readTokenFile(file: string): string {
  try {
    // A pipe would wait for its writer for ever.
    const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile() || stat.size > maxTokenBytes) throw tokenFileProblem(file, "is no token's file");
      // Files of root are how containers hand secrets in: their readers are decided there.
      if (stat.uid === process.getuid?.() && stat.uid !== 0 && (stat.mode & 0o077) !== 0)
        throw tokenFileProblem(file, "may be read by others", `Take that from them: chmod 600 ${file}`);
      const token = readFileSync(descriptor, "utf8").trim();
      if (!/^[\x21-\x7e]+$/.test(token)) throw tokenFileProblem(file, "holds no token");
      return token;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof CommonsError) throw error;
    throw tokenFileProblem(file, `cannot be read (${systemErrorCode(error) ?? "error"})`);
  }
}

function tokenFileProblem(
  file: string,
  fact: string,
  hint = "Write the hub's token into it; on the hub's machine commons hub token shows it.",
): CommonsError {
  return new CommonsError("SETTING_INVALID", `The file of COMMONS_HUB_TOKEN_FILE, ${file}, ${fact}.`, { hint });
}

function secretOf(env: NodeJS.ProcessEnv, name: string): Secret | null {
  const value = env[name]?.trim();
  return value ? { name, reveal: () => value } : null;
}
