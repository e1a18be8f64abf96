/** Properties of the document, by the word that begins their group. */
export const infoFields: Readonly<Record<string, InfoField>> = {
  title: "title",
  author: "author",
  subject: "subject",
  keywords: "keywords",
  creatim: "created",
  revtim: "modified",
};
export type InfoField = "title" | "author" | "subject" | "keywords" | "created" | "modified";

/** Groups without text of the document. */
export const skippedGroups: ReadonlySet<string> = new Set(
  "colortbl filetbl revtbl listtable listoverridetable rsidtbl xmlnstbl latentstyles themedata colorschememapping datastore generator mmathPr template private pict nonshppict objdata fldinst bkmkstart bkmkend tc xe rxe header headerl headerr headerf footer footerl footerr footerf annotation atnid atnauthor".split(
    " ",
  ),
);

/** Words that stand for a character. */
export const characterWords: Readonly<Record<string, string>> = {
  tab: "\t",
  line: "\n",
  emdash: "—",
  endash: "–",
  bullet: "•",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  emspace: " ",
  enspace: " ",
};

/** What a backslash makes of a character: itself, a hard space, a hyphen, or the end of a line. */
export function symbolText(symbol: string): string {
  if (symbol === "~") return "\u00A0";
  if (symbol === "_") return "-";
  if (symbol === "\n" || symbol === "\r") return "\n";
  return symbol === "\\" || symbol === "{" || symbol === "}" ? symbol : "";
}
