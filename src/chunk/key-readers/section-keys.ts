import type { KeyLine, KeyReader } from "../data-keys.ts";

const maxLineChars = 400;
const tomlTable = /^\s{0,8}\[\[?\s*([^\]]{1,200}?)\s*\]\]?\s*(?:#.*)?$/;
const tomlKey = /^([\w."'-]{1,200})\s{0,40}=/;
const iniSection = /^\s{0,8}\[([^\]]{1,200})\]/;
const iniKey = /^([\w.:/\\@*"' -]{0,199}[\w.:/\\@*"'-])\s{0,40}[=:]/;

/** Tables and keys of a TOML text. Lines of multi-line strings are no keys. */
export const readTomlKeys: KeyReader = (lines) => {
  const keys: KeyLine[] = [];
  let quote: string | null = null;
  for (const [line, text] of lines.entries()) {
    if (quote !== null) {
      if (text.includes(quote)) quote = null;
      continue;
    }
    const content = text.slice(0, maxLineChars);
    const table = tomlTable.exec(content)?.[1];
    const key = tomlKey.exec(content)?.[1];
    if (table !== undefined) keys.push({ line, depth: 0, name: table });
    else if (key !== undefined) keys.push({ line, depth: 1, name: key });
    quote = ['"""', "'''"].find((mark) => text.split(mark).length % 2 === 0) ?? null;
  }
  return keys;
};

/** Sections and keys of an INI or properties text. */
export const readIniKeys: KeyReader = (lines) => {
  const keys: KeyLine[] = [];
  for (const [line, text] of lines.entries()) {
    const content = text.slice(0, maxLineChars);
    const section = iniSection.exec(content)?.[1];
    const key = iniKey.exec(content)?.[1];
    if (section !== undefined) keys.push({ line, depth: 0, name: section });
    else if (key !== undefined && !/^\s*[#;!]/.test(content)) keys.push({ line, depth: 1, name: key.trim() });
  }
  return keys;
};
