import { CommonsError } from "../../core/errors.ts";
import type { ConfigTable, ConfigValue } from "../client-adapter.ts";
import { isTable } from "./config-values.ts";

/** A key as TOML takes it: bare where it can be. */
export function tomlKey(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : tomlString(name);
}

/** A value on one line; a table is written inline. Errors: INTERNAL for null, which TOML does not have. */
export function tomlLiteral(value: ConfigValue): string {
  if (typeof value === "string") return tomlString(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (isTable(value)) {
    const members = Object.entries(value).map(([name, inner]) => `${tomlKey(name)} = ${tomlLiteral(inner)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  if (value === null) throw new CommonsError("INTERNAL", "TOML has no null: an adapter gives one.");
  return `[${value.map(tomlLiteral).join(", ")}]`;
}

/** The lines of a table under its header, tables below it under headers of their own, as Codex writes them. */
export function tomlTableLines(keys: readonly string[], table: ConfigTable): string[] {
  const members = Object.entries(table);
  const plain = members.filter(([, value]) => !isTable(value));
  const tables = members.flatMap(([name, value]) => (isTable(value) ? [{ name, value }] : []));
  return [
    `[${keys.map(tomlKey).join(".")}]`,
    ...plain.map(([name, value]) => `${tomlKey(name)} = ${tomlLiteral(value)}`),
    ...tables.flatMap(({ name, value }) => ["", ...tomlTableLines([...keys, name], value)]),
  ];
}

/** JSON's escapes are TOML's too; what JSON leaves as it is and TOML does not take is escaped besides. */
function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll("\u007F", "\\u007F");
}
