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

const lineStart = "(?:export\\s+|public\\s+|private\\s+|shared\\s+|virtual\\s+|static\\s+)*";

const families: Readonly<Record<string, readonly DeclarationPattern[]>> = {
  crystal: [
    declares("function", /^(?:private\s+|protected\s+)?(?:def|macro|fun)\s+(?:self\.)?([\w?!=]+)/),
    declares("class", /^(?:abstract\s+)?(?:class|module|struct|enum|lib)\s+([\w:]+)/),
    declares("block", /^(?:describe|context|it)\s+"([^"]{1,120})/),
  ],
  fsharp: [
    declares("function", /^(?:let|and)\s+(?:rec\s+|inline\s+|private\s+|mutable\s+)*(\w+)/, "top"),
    declares("type", /^(?:type|module|namespace|exception)\s+(?:rec\s+|private\s+)?([\w.]+)/),
    declares("method", /^(?:static\s+)?(?:member|override|abstract|default)\s+(?:\w+\.)?(\w+)/, "member"),
  ],
  purescript: [
    declares("type", /^(?:data|newtype|class|instance|type|foreign import data)\s+(?:.*=>\s*)?(\w+)/, "top"),
    declares("function", /^(?:foreign\s+import\s+)?([a-z_][\w']*)\s*::/, "top"),
  ],
  thrift: [
    declares("type", /^(?:struct|union|exception|enum|service|typedef\s+\S+)\s+(\w+)/),
    declares("block", /^const\s+\S+\s+(\w+)/, "top"),
  ],
  // Rules of style sheets, also those that stand in others.
  style: [
    declares("function", /^@(?:mixin|function)\s+([\w-]+)/),
    declares("block", /^(@(?:media|supports|keyframes|include|layer)\b[^{;]{0,120}?)\s*\{$/),
    declares("block", /^([.#&*:>+~\w[%][^{};]{0,160}?)\s*\{$/),
  ],
  // Dialects that the grammar of SQL makes nothing of.
  sql: [
    declares(
      "type",
      /^create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|unique\s+|materialized\s+|virtual\s+)*(?:table|view|index|type|schema|sequence|domain|extension)\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?([\w."`[\]]+)/i,
    ),
    declares("function", /^create\s+(?:or\s+replace\s+)?(?:function|procedure|trigger|policy|rule)\s+([\w."`[\]]+)/i),
    declares("block", /^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."`[\]]+)/i),
  ],
  basic: [
    declares("function", new RegExp(`^${lineStart}(?:sub|function|property)\\s+(\\w+)`, "i")),
    declares("class", new RegExp(`^${lineStart}(?:class|module|structure|interface|enum|namespace)\\s+([\\w.]+)`, "i")),
  ],
  pascal: [
    declares("function", /^(?:class\s+)?(?:procedure|function|constructor|destructor)\s+([\w.]+)/i),
    declares("class", /^(\w+)\s*=\s*(?:packed\s+)?(?:class|record|interface|object)\b/i),
  ],
  v: [
    declares("function", /^(?:pub\s+)?fn\s+(?:\([^)]*\)\s*)?([\w.]+)/),
    declares("type", /^(?:pub\s+)?(?:struct|enum|interface|type|union)\s+(\w+)/),
  ],
  wgsl: [declares("function", /^(?:@\w+(?:\([^)]*\))?\s+)*fn\s+(\w+)/), declares("type", /^(?:struct|alias)\s+(\w+)/)],
  hardware: [
    declares("class", /^(?:module|interface|package|class|program|entity|architecture\s+\w+\s+of|component)\s+(\w+)/i),
    declares(
      "function",
      /^(?:virtual\s+|static\s+)?(?:function|task|procedure|process)\s+(?:automatic\s+)?(?:\w+\s+)?(\w+)/i,
    ),
  ],
  tcl: [
    declares("function", /^(?:proc|method)\s+([\w:]+)/),
    declares("class", /^(?:namespace\s+eval|oo::class\s+create)\s+([\w:]+)/),
  ],
  awk: [declares("function", /^function\s+(\w+)/)],
  bicep: [declares("block", /^(?:resource|module|param|var|output|type|func)\s+(\w+)/, "top")],
};

const languageFamilies: Readonly<Record<string, string>> = {
  crystal: "crystal",
  fsharp: "fsharp",
  purescript: "purescript",
  thrift: "thrift",
  scss: "style",
  less: "style",
  sql: "sql",
  "visual-basic": "basic",
  pascal: "pascal",
  v: "v",
  wgsl: "wgsl",
  systemverilog: "hardware",
  vhdl: "hardware",
  tcl: "tcl",
  awk: "awk",
  bicep: "bicep",
};

/** The patterns of a language's declarations, for those that no grammar reads well; null when we know none. */
export function declarationPatterns(language: string | null): readonly DeclarationPattern[] | null {
  return families[languageFamilies[language ?? ""] ?? ""] ?? null;
}
