/**
 * The grammar that each language is parsed with, by the name of its file in the package `tree-sitter-wasm`. The build reads this
 * table to know what to ship, so it imports nothing. Left out: `razor` (10 MB, rare) and languages that no file type names.
 */
export const grammarsByLanguage = {
  typescript: "typescript",
  tsx: "tsx",
  javascript: "javascript",
  jsx: "javascript",
  vue: "typescript",
  svelte: "typescript",
  astro: "tsx",
  qml: "qmljs",
  python: "python",
  starlark: "python",
  gdscript: "gdscript",
  ruby: "ruby",
  lua: "lua",
  perl: "perl",
  r: "r",
  julia: "julia",
  shell: "bash",
  powershell: "powershell",
  clojure: "clojure",
  "emacs-lisp": "elisp",
  lisp: "commonlisp",
  scheme: "scheme",
  racket: "racket",
  java: "java",
  kotlin: "kotlin",
  csharp: "c_sharp",
  scala: "scala",
  groovy: "groovy",
  swift: "swift",
  dart: "dart",
  php: "php",
  d: "d",
  solidity: "solidity",
  c: "c",
  cpp: "cpp",
  "objective-c": "objc",
  glsl: "glsl",
  go: "go",
  rust: "rust",
  zig: "zig",
  ada: "ada",
  fortran: "fortran",
  haskell: "haskell",
  elm: "elm",
  ocaml: "ocaml",
  gleam: "gleam",
  rescript: "rescript",
  elixir: "elixir",
  erlang: "erlang",
  nix: "nix",
  nim: "nim",
  vimscript: "vim",
  sql: "sql",
  css: "css",
  protobuf: "proto",
  graphql: "graphql",
  terraform: "terraform",
  prisma: "prisma",
  makefile: "make",
  just: "just",
  cmake: "cmake",
} as const;

export type Grammar = (typeof grammarsByLanguage)[keyof typeof grammarsByLanguage];

/** The grammar of a language id of `extract/languages.ts`; null when there is none. */
export function grammarOf(language: string | null): Grammar | null {
  if (language === null || !Object.hasOwn(grammarsByLanguage, language)) return null;
  // Safe: the line above has found it among the keys.
  return grammarsByLanguage[language as keyof typeof grammarsByLanguage];
}
