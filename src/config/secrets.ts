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

export function loadSecrets(env: NodeJS.ProcessEnv): Secrets {
  return { openaiKey: secretOf(env, "COMMONS_OPENAI_API_KEY") ?? secretOf(env, "OPENAI_API_KEY") };
}

function secretOf(env: NodeJS.ProcessEnv, name: string): Secret | null {
  const value = env[name]?.trim();
  return value ? { name, reveal: () => value } : null;
}
