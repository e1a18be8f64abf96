/** What a model was trained to see before a question and before a passage. */
export interface TextPrefixes {
  readonly query: string;
  readonly passage: string;
}

const none: TextPrefixes = { query: "", passage: "" };
const searchFor = "Represent this sentence for searching relevant passages: ";

/** By the beginning of a model's own name, without owner and tag; from the models' cards. The first that fits counts. */
const prefixes: readonly (readonly [RegExp, TextPrefixes])[] = [
  [/^nomic-embed-(?:text|code)/, { query: "search_query: ", passage: "search_document: " }],
  [/^(?:multilingual-)?e5-/, { query: "query: ", passage: "passage: " }],
  [/^snowflake-arctic-embed-?(?:[a-z]*-v2|2)/, { query: "query: ", passage: "" }],
  [/^snowflake-arctic-embed/, { query: searchFor, passage: "" }],
  [/^(?:mxbai-embed|bge-(?:small|base|large)-en)/, { query: searchFor, passage: "" }],
  [/^embeddinggemma/, { query: "task: search result | query: ", passage: "title: none | text: " }],
  [
    /^qwen3-embedding/,
    {
      query: "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
      passage: "",
    },
  ],
];

/** Most models take texts as they are; `name` may have an owner before a slash. */
export function prefixesOf(name: string): TextPrefixes {
  const own = (name.split("/").at(-1) ?? name).toLowerCase();
  return prefixes.find(([pattern]) => pattern.test(own))?.[1] ?? none;
}
