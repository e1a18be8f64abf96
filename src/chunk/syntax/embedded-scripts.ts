import type { Point, Range } from "web-tree-sitter";
import type { Grammar } from "./grammars.ts";

const hosts = new Set(["vue", "svelte", "astro"]);
const maxScripts = 200;

/**
 * The parts of a page that hold a script, and their grammar; null for a language that is script from end to end. Scripts in other
 * languages than JavaScript and TypeScript are left out.
 */
export function scriptRanges(language: string | null, text: string): { grammar: Grammar; ranges: Range[] } | null {
  if (language === null || !hosts.has(language)) return null;
  const places: { start: number; end: number }[] = [];
  const frontMatter = language === "astro" ? /^\s*---[^\S\n]*\n([\s\S]*?)\n---/.exec(text) : null;
  if (frontMatter?.[1] !== undefined) {
    const start = frontMatter[0].indexOf(frontMatter[1], 3);
    places.push({ start, end: start + frontMatter[1].length });
  }
  let isTsx = language === "astro";
  for (let at = 0; places.length < maxScripts;) {
    const open = nextScript(text, at);
    if (open === null) break;
    at = open.end;
    if (open.isScript) places.push(open);
    if (open.isTsx) isTsx = true;
  }
  return { grammar: isTsx ? "tsx" : "typescript", ranges: rangesOf(text, places) };
}

function nextScript(
  text: string,
  from: number,
): { start: number; end: number; isScript: boolean; isTsx: boolean } | null {
  const opening = /<script\b([^>]{0,500})>/gi;
  opening.lastIndex = from;
  const match = opening.exec(text);
  if (match === null) return null;
  const start = match.index + match[0].length;
  const closing = text.indexOf("</script", start);
  const end = closing === -1 ? text.length : closing;
  const attributes = match[1] ?? "";
  const type = /\b(?:lang|type)\s*=\s*["']?([^"'\s>]+)/i.exec(attributes)?.[1]?.toLowerCase() ?? "js";
  const isScript =
    /^(?:(?:text|application)\/)?(?:x-)?(?:module|js|jsx|ts|tsx|javascript|typescript|babel|ecmascript)$/.test(type);
  return { start, end, isScript, isTsx: /[jt]sx$/.test(type) };
}

function rangesOf(text: string, places: readonly { start: number; end: number }[]): Range[] {
  let row = 0;
  let lineStart = 0;
  const pointAt = (index: number): Point => {
    for (let at = text.indexOf("\n", lineStart); at !== -1 && at < index; at = text.indexOf("\n", lineStart)) {
      row++;
      lineStart = at + 1;
    }
    return { row, column: index - lineStart };
  };
  return places
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => ({
      startIndex: start,
      startPosition: pointAt(start),
      endIndex: end,
      endPosition: pointAt(end),
    }));
}
