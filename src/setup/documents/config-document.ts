import type { ConfigFormat, ConfigTable, ConfigValue } from "../client-adapter.ts";

/**
 * A configuration file as text that is edited in place: comments, order, indentation and line ends of what is not changed stay as they
 * are, byte for byte. Immutable: an edit gives a new text. One implementation per format; all pass `config-document.contract.test.ts`.
 */
export interface ConfigDocument {
  readonly format: ConfigFormat;
  readonly text: string;
  /** The whole as plain values, as the agent would read it. */
  value(): ConfigTable;
  /** The text with the value at the keys, whose tables are made where they are missing; the same text when it stands there already. */
  withValue(keys: readonly string[], value: ConfigValue): string;
  /** The text without what stands at the keys, and without tables above it that are empty then; the same text when nothing stands there. */
  without(keys: readonly string[], options?: WithoutOptions): string;
}

export interface WithoutOptions {
  /**
   * How many of the tables that lead to the entry, outermost first, stay although they are empty: those that stood there before set-up
   * (`standingTables` in config-values.ts). Default 0: a table that only our entry made necessary goes with it.
   */
  readonly keptTables?: number;
}

/** Reads a text. An empty one is an empty table. Errors: CLIENT_FILE_UNUSABLE with line and column for what is not of the format. */
export type OpenDocument = (text: string) => ConfigDocument;
