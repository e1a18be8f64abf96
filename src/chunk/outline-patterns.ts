import type { ChunkKind } from "../core/document.ts";

/** How one kind of declaration looks on its first line, without the indentation. The first group is the name. */
export interface DeclarationPattern {
  readonly kind: ChunkKind;
  readonly pattern: RegExp;
  /** "member": only inside of another declaration; "top": only at the left edge. */
  readonly place?: "member" | "top";
}

const declares = (kind: ChunkKind, pattern: RegExp, place?: "member" | "top"): DeclarationPattern => ({
  kind,
  pattern,
  ...(place === undefined ? {} : { place }),
});

// Words that stand before a bracket without being a method's name.
const notNames =
  "(?!(?:if|else|for|foreach|while|do|switch|catch|return|throw|new|await|typeof|sizeof|using|lock|synchronized|function|super|this|assert|when|with|case|in|of|and|or|not|elif|elsif|unless|until)\\b)";

const member = new RegExp(
  `^(?:(?:public|private|protected|internal|static|async|override|readonly|abstract|get|set|declare|final|virtual)\\s+|\\*\\s*)*${notNames}([#\\w$]+)\\??\\s*(?:<[^>(]*>)?\\([^;]*(?:[{(,]|=>)\\s*$`,
);

const javascript: readonly DeclarationPattern[] = [
  declares("function", /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:async\s+)?function\b\s*\*?\s*([\w$]+)/),
  declares("class", /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?class\s+([\w$]+)/),
  declares(
    "type",
    /^(?:export\s+)?(?:declare\s+)?(?:const\s+)?(?:interface|enum|namespace|module|type)\s+([\w$."']+)\s*[<{=e]?/,
  ),
  declares(
    "function",
    /^(?:export\s+)?(?:default\s+)?(?:const|let|var)\s+([\w$]+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:function\b|(?:<[^>]*>\s*)?\([^)]*$|(?:<[^>]*>\s*)?\(.*\)\s*(?::[^=]+)?=>|[\w$]+\s*=>|(?:React\.)?(?:memo|forwardRef|useCallback)\()/,
  ),
  declares("block", /^(?:export\s+)?(?:const|let|var)\s+([\w$]+)\b/, "top"),
  declares("function", /^(?:module\.)?exports\.([\w$]+)\s*=/, "top"),
  declares("function", /^[\w$]+(?:\.prototype)?\.([\w$]+)\s*=\s*(?:async\s*)?(?:function\b|\()/, "top"),
  declares("block", /^(?:describe|suite|context|it|test)(?:\.\w+)?\(\s*["'`](.{1,120}?)["'`]/),
  declares("method", member, "member"),
  declares(
    "method",
    /^(?:static\s+)?([\w$]+)\s*[:=]\s*(?:async\s*)?(?:function\b|\(.*\)\s*(?::[^=]+)?=>\s*\{?\s*$)/,
    "member",
  ),
];

const python: readonly DeclarationPattern[] = [
  declares("function", /^(?:async\s+)?(?:cp?def|def)\s+([\w]+)/),
  declares("class", /^(?:cdef\s+)?class\s+(\w+)/),
  declares("block", /^([A-Z][A-Z0-9_]{2,})\s*(?::[^=]+)?=/, "top"),
];

const classLike = declares(
  "class",
  /^(?:(?:public|private|protected|internal|static|abstract|final|sealed|open|data|partial|export|default|inner|value|readonly|unsafe|strictfp|implicit|case|annotation|indirect|fileprivate|mixin|base)\s+)*(?:class|interface|enum(?:\s+class)?|record|struct|trait|object|protocol|extension|actor|namespace|@interface|mixin|companion\s+object)\s+(\w[\w.]*)/,
);

const functionWord = declares(
  "function",
  /^(?:(?:public|private|protected|internal|static|abstract|final|override|open|inline|suspend|operator|infix|tailrec|external|async|mutating|class|implicit|lazy|fileprivate|@\w+)\s+)*(?:fun|func|function|def)\s+(?:<[^>]*>\s*)?(?:[\w<>?]+\.)?([\w$]+|`[^`]+`)/,
);

const typedMethod = declares(
  "method",
  new RegExp(`^(?:@\\w+(?:\\([^)]*\\))?\\s+)*(?:[\\w<>\\[\\],.?&*]+\\s+){0,7}?${notNames}([\\w]+)\\s*\\([^;]*$`),
  "member",
);

// One run for all that may stand before the name: repeated words of overlapping characters would take for ever on "****".
const cFunction = declares(
  "function",
  new RegExp(`^(?:[\\w:<>,*&~\\[\\]\\s]*[\\s*&])?${notNames}([\\w:~]+(?:operator\\S+)?)\\s*\\([^;]*$`),
  "top",
);

const families: Readonly<Record<string, readonly DeclarationPattern[]>> = {
  javascript,
  python,
  jvm: [classLike, functionWord, typedMethod],
  dart: [classLike, functionWord, declares("function", typedMethod.pattern)],
  go: [
    declares("function", /^func\s+(?:\([^)]*\)\s*)?(\w+)/),
    declares("type", /^type\s+(\w+)/),
    declares("block", /^(?:var|const)\s+(\w+)/, "top"),
  ],
  rust: [
    declares(
      "function",
      /^(?:pub(?:\([^)]*\))?\s+)?(?:default\s+)?(?:(?:async|const|unsafe|extern(?:\s+"[^"]*")?)\s+)*fn\s+(\w+)/,
    ),
    declares("type", /^(?:pub(?:\([^)]*\))?\s+)?(?:unsafe\s+)?(?:struct|enum|trait|union|type)\s+(\w+)/),
    declares("class", /^(?:unsafe\s+)?impl\b(?:<.*?>)?\s+(?:.*?\bfor\s+)?([\w:]+)/),
    declares("block", /^(?:pub(?:\([^)]*\))?\s+)?(?:mod|static|const|macro_rules!)\s+(\w+)/),
  ],
  c: [
    declares(
      "class",
      /^(?:typedef\s+)?(?:template\s*<.*>\s*)?(?:class|struct|union|enum(?:\s+class)?|namespace)\s+(?:\w+\s+)?(\w+)[^;(]*$/,
    ),
    declares("block", /^#\s*define\s+(\w+)/, "top"),
    declares("class", /^@(?:interface|implementation|protocol)\s+(\w+)/),
    declares("method", /^[-+]\s*\([^)]*\)\s*(\w+)/),
    cFunction,
    typedMethod,
  ],
  ruby: [
    declares("function", /^(?:private\s+|protected\s+)?def\s+(?:self\.)?([\w?!=]+)/),
    declares("class", /^(?:class|module)\s+([\w:]+)/),
    declares("block", /^(?:describe|context|it|namespace|task)\s*\(?\s*[:"']([^"',]{1,120})/),
  ],
  php: [functionWord, classLike],
  lua: [
    declares("function", /^(?:local\s+)?function\s+([\w.:]+)/),
    declares("function", /^(?:local\s+)?([\w.]+)\s*=\s*function\b/),
  ],
  shell: [declares("function", /^(?:function\s+)?([\w:.-]+)\s*\(\)/), declares("function", /^function\s+([\w:.-]+)/)],
  sql: [
    declares(
      "type",
      /^create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|unique\s+|materialized\s+|virtual\s+)*(?:table|view|index|type|schema|sequence|domain|extension)\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?([\w."`[\]]+)/i,
    ),
    declares("function", /^create\s+(?:or\s+replace\s+)?(?:function|procedure|trigger|policy|rule)\s+([\w."`[\]]+)/i),
    declares("block", /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."`[\]]+)/i),
  ],
  perl: [declares("function", /^sub\s+(\w+)/), declares("class", /^package\s+([\w:]+)/)],
  r: [declares("function", /^([\w.]+)\s*(?:<-|=)\s*function\b/)],
  julia: [
    declares("function", /^(?:@\w+\s+)?(?:function|macro)\s+([\w.!]+)/),
    declares("type", /^(?:mutable\s+)?(?:struct|module|abstract\s+type)\s+(\w+)/),
  ],
  haskell: [
    declares("type", /^(?:data|newtype|class|instance|type)\s+(?:.*=>\s*)?(\w+)/, "top"),
    declares("function", /^([a-z_][\w']*)\s*::/, "top"),
  ],
  elixir: [
    declares("class", /^(?:defmodule|defprotocol|defimpl)\s+([\w.]+)/),
    declares("function", /^(?:def|defp|defmacro|defmacrop|test)\s+"?([\w?!]+)/),
  ],
  erlang: [declares("function", /^([a-z]\w*)\(/, "top")],
  lisp: [declares("function", /^\(\s*(?:def[\w-]*|define[\w-]*)\s+\(?([^\s()]+)/, "top")],
  nim: [
    declares("function", /^(?:proc|func|method|template|macro|iterator|converter)\s+`?(\w+)/),
    declares("type", /^type\s*(\w*)/),
  ],
  ml: [
    declares("function", /^(?:let|and)\s+(?:rec\s+|inline\s+)*(\w+)/),
    declares("type", /^(?:type|module|class)\s+(?:type\s+|rec\s+)?(\w+)/),
  ],
  zig: [
    declares("function", /^(?:pub\s+)?(?:export\s+|inline\s+)?fn\s+(\w+)/),
    declares("type", /^(?:pub\s+)?const\s+(\w+)\s*=\s*(?:packed\s+|extern\s+)?(?:struct|enum|union)/),
  ],
  schema: [
    declares(
      "type",
      /^(?:extend\s+|export\s+)?(?:message|service|enum|type|interface|input|union|scalar|fragment|query|mutation|subscription|model|contract|library|struct|resource)\s+(\w+)/,
    ),
    declares("method", /^(?:rpc|function|event|modifier)\s+(\w+)/, "member"),
  ],
  terraform: [
    declares("block", /^(?:resource|data)\s+"[^"]*"\s+"([^"]+)"/, "top"),
    declares("block", /^(?:module|variable|output|provider)\s+"([^"]+)"/, "top"),
  ],
  build: [declares("function", /^(?:function|macro)\s*\(\s*(\w+)/i), declares("block", /^([\w./%-]+)\s*:(?!=)/, "top")],
  powershell: [declares("function", /^(?:function|filter)\s+([\w:-]+)/i), declares("class", /^class\s+(\w+)/i)],
};

const languageFamilies: Readonly<Record<string, string>> = {
  typescript: "javascript",
  tsx: "javascript",
  javascript: "javascript",
  jsx: "javascript",
  vue: "javascript",
  svelte: "javascript",
  astro: "javascript",
  python: "python",
  gdscript: "jvm",
  starlark: "python",
  java: "jvm",
  kotlin: "jvm",
  scala: "jvm",
  csharp: "jvm",
  swift: "jvm",
  groovy: "jvm",
  dart: "dart",
  go: "go",
  rust: "rust",
  c: "c",
  cpp: "c",
  "objective-c": "c",
  d: "c",
  ruby: "ruby",
  crystal: "ruby",
  php: "php",
  lua: "lua",
  shell: "shell",
  sql: "sql",
  perl: "perl",
  r: "r",
  julia: "julia",
  haskell: "haskell",
  purescript: "haskell",
  elm: "haskell",
  elixir: "elixir",
  erlang: "erlang",
  clojure: "lisp",
  lisp: "lisp",
  nim: "nim",
  ocaml: "ml",
  fsharp: "ml",
  zig: "zig",
  gleam: "rust",
  protobuf: "schema",
  graphql: "schema",
  prisma: "schema",
  thrift: "schema",
  solidity: "schema",
  terraform: "terraform",
  makefile: "build",
  cmake: "build",
  powershell: "powershell",
};

/** The patterns of a language's declarations; null when we know none. */
export function declarationPatterns(language: string | null): readonly DeclarationPattern[] | null {
  return families[languageFamilies[language ?? ""] ?? ""] ?? null;
}
