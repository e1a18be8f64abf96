import type { FileType, TextExtractor } from "./extracted.ts";

const documentVersion = "prose-1";

/** The text as it stands, and the title when one stands at its top. */
const extractProse: TextExtractor = (text) => {
  const title = titleOf(text);
  return { kind: "text", text, metadata: title === null ? {} : { title } };
};

const prose = (id: string, extensions: readonly string[], fileNames: readonly string[] = []): FileType => ({
  id,
  category: "documents",
  language: id,
  extensions,
  fileNames,
  extracts: "The text by sections, each with the path of its headings, and the title.",
  extractor: { reads: "text", extract: extractProse },
  version: documentVersion,
});

export const proseTypes: readonly FileType[] = [
  prose("markdown", ["md", "markdown", "mdx", "mdc", "mkd", "qmd"]),
  prose("restructuredtext", ["rst", "rest"]),
  prose("asciidoc", ["adoc", "asciidoc", "asc"]),
  prose("org", ["org"]),
  prose("latex", ["tex", "ltx"]),
];

function titleOf(text: string): string | null {
  const head = text.slice(0, 4_000);
  const matter = /^---\n[\s\S]*?^title:\s*["']?(.+?)["']?\s*$/m.exec(head)?.[1];
  const heading = /^(?:#|=|\*|#\+title:)[ \t]+(.+?)[ \t]*#*$/im.exec(head)?.[1];
  const underlined = /^(\S.{1,200})\n(?:={3,}|-{3,})$/m.exec(head)?.[1];
  const title = (head.startsWith("---\n") ? matter : undefined) ?? heading ?? underlined;
  return title?.slice(0, 200).toWellFormed() ?? null;
}
