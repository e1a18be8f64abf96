/** Where a pair comes from: what kind of text stood for the question, and what for the answer. */
export const pairKinds = [
  "function", // doc comment's first sentence -> body
  "declaration", // doc comment -> declaration of a .d.ts
  "class", // doc comment -> name and members
  "inline", // comment inside of a body -> the next lines
  "section", // heading -> text below
  "test", // title of a test -> its body
  "error", // message of an error -> the function that throws it
  "file", // comment at the head of a file -> names in it
  "name", // words of a name -> body of a function without a comment
] as const;
export type PairKind = (typeof pairKinds)[number];

/** A question and what answers it, as text. Everything but `kind`, `query` and `code` may be empty. */
export interface Pair {
  readonly kind: PairKind;
  readonly query: string;
  readonly code: string;
  readonly name: string;
  /** What the comment says after its first sentence. */
  readonly rest: string;
  readonly path: string;
  readonly language: string;
}
