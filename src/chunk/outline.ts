import type { ChunkKind } from "../core/document.ts";
import { declarationSegments, fallsApart, type Declaration } from "./declaration-segments.ts";
import { docAbove, docInside, indentOf, leadingStart } from "./doc-comments.ts";
import { declarationPatterns, type DeclarationPattern } from "./outline-patterns.ts";
import type { Chunker } from "./segments.ts";
import { cutWindows } from "./windows.ts";

export const outlineVersion = "outline-1";

/** A declaration while its members are still looked for. `line` is where it begins below its doc comment. */
interface OpenDeclaration extends Declaration {
  readonly line: number;
  readonly indent: number;
  readonly members: OpenDeclaration[];
}

// No declaration stands on a longer line, and some patterns take long on them.
const maxDeclarationChars = 400;

/**
 * Code by declarations, found line by line without a parser: patterns say where one begins, the indentation where it ends.
 * Functions and methods stay whole, classes fall into head and methods, small neighbours are joined. Code that is not
 * indented is cut in other places, but no line is lost.
 */
export const cutDeclarations: Chunker = (lines, document) => {
  const patterns = declarationPatterns(document.language);
  if (patterns === null) return cutWindows(lines, document);
  const indents = lines.map(indentOf);
  const declarations = findDeclarations(lines, indents, patterns);
  return declarationSegments(lines, declarations);
};

function findDeclarations(
  lines: readonly string[],
  indents: readonly number[],
  patterns: readonly DeclarationPattern[],
): readonly Declaration[] {
  const top: OpenDeclaration[] = [];
  const open: OpenDeclaration[] = [];
  let claimed = 0;
  for (let line = 0; line < lines.length; line++) {
    const indent = indents[line] ?? -1;
    if (indent === -1) continue;
    while ((open.at(-1)?.end ?? lines.length) < line) open.pop();
    const parent = open.at(-1);
    const match = matchDeclaration(lines[line] ?? "", { indent, isMember: parent !== undefined }, patterns);
    if (match === null || (parent !== undefined && indent <= parent.indent)) continue;
    const end = Math.min(blockEnd(lines, indents, line), parent?.end ?? lines.length - 1);
    const start = leadingStart(lines, { line, floor: Math.max(claimed, (parent?.line ?? -1) + 1) });
    const kind = match.kind === "function" && parent?.kind === "class" ? "method" : match.kind;
    const place = { start, line, end };
    const signature = signatureOf(lines, place);
    const doc = docAbove(lines, place) ?? docInside(lines, place);
    const declaration: OpenDeclaration = {
      ...place,
      indent,
      kind,
      name: match.name,
      signature,
      doc,
      outer: [],
      members: [],
    };
    (parent?.members ?? top).push(declaration);
    open.push(declaration);
    // What stands inside a function belongs to the function, unless that is too long to be one chunk.
    claimed = line + 1;
    if (!fallsApart(end - start + 1, kind === "class" || kind === "type")) {
      line = end;
      claimed = end + 1;
    }
  }
  return top;
}

function matchDeclaration(
  line: string,
  place: { indent: number; isMember: boolean },
  patterns: readonly DeclarationPattern[],
): { kind: ChunkKind; name: string } | null {
  if (line.length > maxDeclarationChars) return null;
  const text = line.slice(place.indent === 0 ? 0 : line.length - line.trimStart().length);
  if (!/^[\w#@(*~$.&:>+[%-]/.test(text) || /^(?:#\s|\/\/|--\s|\*\s)/.test(text)) return null;
  for (const { kind, pattern, place: where } of patterns) {
    if (where === "member" && !place.isMember) continue;
    if (where === "top" && place.indent > 0) continue;
    const name = pattern.exec(text)?.[1];
    if (name !== undefined && name !== "") return { kind, name };
  }
  return null;
}

/** The last line of the block that a declaration opens: by indentation, and the closing bracket or word behind it. */
function blockEnd(lines: readonly string[], indents: readonly number[], line: number): number {
  const indent = indents[line] ?? 0;
  let end = line;
  for (let at = line + 1; at < lines.length; at++) {
    const here = indents[at] ?? -1;
    if (here === -1) continue;
    if (here > indent) {
      end = at;
      continue;
    }
    const text = (lines[at] ?? "").trim();
    // Preprocessor lines and labels stand at the left edge in the middle of a C function.
    if (
      end > line &&
      (/^#\s*(?:if|else|elif|endif|ifdef|ifndef|define|undef|include|pragma)\b/.test(text) || /^\w+:$/.test(text))
    )
      continue;
    if (here < indent) return end;
    if (/^\{\s*$/.test(text) || /^[)\]}].*(?:[{([:,]|=>|->|=)$/.test(text)) {
      end = at;
      continue;
    }
    return /^(?:[)\]}]|end\b|fi\b|done\b|esac\b|@end\b)/.test(text) ? at : end;
  }
  return end;
}

function signatureOf(lines: readonly string[], declaration: { line: number; end: number }): string {
  const parts: string[] = [];
  for (let at = declaration.line; at <= Math.min(declaration.end, declaration.line + 8); at++) {
    const text = (lines[at] ?? "").trim();
    parts.push(text);
    if (/[{;]$|=>$|:$|\bdo$/.test(text) || (at === declaration.line && !/[(<,[|&=]$/.test(text))) break;
  }
  return parts
    .join(" ")
    .replace(/\s*(?:\{|=>)$/, "")
    .slice(0, 300)
    .toWellFormed();
}
