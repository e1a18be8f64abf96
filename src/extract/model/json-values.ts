export type Json = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one where it is none. */
export function objectOf(value: unknown): Json {
  // Safe: every value that is read from it is checked before it is used.
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

/** The value as a list; an empty one where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The value as a number; NaN where it is none. */
export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}
