import { z } from "zod";
import { isCollectionName } from "../core/collection-name.ts";
import { containerSettings } from "./container-settings.ts";
import { isBareAddress, setting, socketPath, webAddress, wholeNumber, yesOrNo } from "./setting-spec.ts";

/** Every setting once: name, environment variable, schema with default, meaning. The docs' table is made from this. */
export const settingSpecs = {
  "hub.idleMinutes": setting({
    env: "COMMONS_HUB_IDLE_MINUTES",
    scope: "hub",
    schema: z.coerce.number().min(0.01).max(100_000).default(30),
    legal: "a number of minutes from 0.01 to 100000",
    description: "Minutes without a session or a call after which the hub stops.",
  }),
  "hub.logLevel": setting({
    env: "COMMONS_LOG_LEVEL",
    scope: "hub",
    schema: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
    legal: "trace, debug, info, warn or error",
    description: "What the hub writes to its log.",
  }),
  "hub.listen": setting({
    env: "COMMONS_HUB_LISTEN",
    scope: "hub",
    schema: socketPath.optional(),
    legal: "the absolute path of a socket, for example /run/commons/hub.sock",
    description: "A second socket of the hub, in a directory of its own, for sessions in containers that mount it.",
  }),
  "hub.tcpPort": setting({
    env: "COMMONS_HUB_TCP_PORT",
    scope: "hub",
    schema: wholeNumber(0, 65_535).optional(),
    legal: "a whole number from 0 to 65535; 0 takes any free port",
    description:
      "Port on which the hub listens over TCP beside its unix socket, for who has its token (commons hub token). Absent: no TCP.",
  }),
  "hub.tcpAddress": setting({
    env: "COMMONS_HUB_TCP_ADDRESS",
    scope: "hub",
    schema: z.enum(["127.0.0.1", "::1"]).default("127.0.0.1"),
    legal: "127.0.0.1 or ::1; from another machine use an SSH tunnel: ssh -L PORT:127.0.0.1:PORT",
    description: "Loopback address of hub.tcpPort. The hub never listens on others.",
  }),
  "hub.url": setting({
    env: "COMMONS_HUB_URL",
    scope: "user",
    schema: webAddress.refine(isBareAddress).optional(),
    legal: "an http or https address of host and port alone, for example http://127.0.0.1:8123",
    description:
      "A hub that sessions reach over TCP; none is started then. Its token comes from COMMONS_HUB_TOKEN or the file that COMMONS_HUB_TOKEN_FILE names.",
  }),
  "hub.socket": setting({
    env: "COMMONS_HUB_SOCKET",
    scope: "user",
    schema: socketPath.optional(),
    legal: "the absolute path of a socket, for example /run/commons/hub.sock",
    description:
      "Socket of a hub that sessions reach as it is; none is started then. commons mcp --docker gives it to its container.",
  }),
  "hub.plainHost": setting({
    env: "COMMONS_HUB_PLAIN_HOST",
    scope: "user",
    schema: z
      .string()
      .regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$/)
      .optional(),
    legal: "a host name or IPv4 address without port, for example host.docker.internal",
    description: "The one host beside the loopback to which hub.url may send the token over http, readable on the way.",
  }),
  ...containerSettings,
  "engine.enabled": setting({
    env: "COMMONS_ENGINE",
    scope: "hub",
    schema: yesOrNo.default(true),
    legal: "true or false",
    description:
      "Whether the hub runs or connects to a ChromaDB at all. Everything but sharing with other Chroma clients works without.",
  }),
  "engine.port": setting({
    env: "COMMONS_CHROMA_PORT",
    scope: "hub",
    schema: wholeNumber(1, 65_535).default(8003),
    legal: "a whole number from 1 to 65535",
    description:
      "First port that the embedded ChromaDB tries on 127.0.0.1; the next free one is taken when it is in use.",
  }),
  "chroma.url": setting({
    env: "COMMONS_CHROMA_URL",
    scope: "hub",
    schema: webAddress.optional(),
    legal: "an http or https address without user name and password, for example http://127.0.0.1:8000",
    description: "An external ChromaDB (Docker, a server, Chroma Cloud) instead of the embedded one.",
  }),
  "chroma.tenant": setting({
    env: "COMMONS_CHROMA_TENANT",
    scope: "hub",
    schema: z.string().min(1).default("default_tenant"),
    legal: "a name of at least one character",
    description: "Tenant in the external ChromaDB.",
  }),
  "chroma.database": setting({
    env: "COMMONS_CHROMA_DATABASE",
    scope: "hub",
    schema: z.string().min(1).default("default_database"),
    legal: "a name of at least one character",
    description: "Chroma database of the default space.",
  }),
  "chroma.headers": setting({
    env: "COMMONS_CHROMA_HEADERS",
    scope: "hub",
    schema: z.string().default(""),
    legal: 'text such as "Name: value", several headers joined by ;;',
    description:
      "Headers for the external ChromaDB, as `Name: value` lines or joined by `;;`, for example `x-chroma-token: KEY`.",
  }),
  mirror: setting({
    env: "COMMONS_MIRROR",
    scope: "hub",
    schema: z.enum(["all", "vectors", "none"]).default("all"),
    legal: "all, vectors or none",
    description: "What ChromaDB gets: everything, vectors and metadata only (five times less disk), or nothing.",
  }),
  embedder: setting({
    env: "COMMONS_EMBEDDER",
    scope: "hub",
    schema: z
      .string()
      .regex(/^(?:built-in|(?:ollama|openai|onnx):[^\s:]\S{0,199})$/)
      .default("built-in"),
    legal: "built-in, ollama:MODEL, openai:MODEL or onnx:REPOSITORY",
    description:
      "Embedding model of new permanent collections. built-in sends nothing anywhere; a collection keeps its model until commons reindex.",
  }),
  "embedder.requests": setting({
    env: "COMMONS_EMBEDDER_REQUESTS",
    scope: "hub",
    schema: wholeNumber(1, 32).default(4),
    legal: "a whole number from 1 to 32",
    description: "Most requests to an embedding server at the same time.",
  }),
  "embedder.timeoutSeconds": setting({
    env: "COMMONS_EMBEDDER_TIMEOUT",
    scope: "hub",
    schema: z.coerce.number().min(0.1).max(3_600).default(60),
    legal: "a number of seconds from 0.1 to 3600",
    description: "How long one request to an embedding model may take.",
  }),
  "ollama.url": setting({
    env: "COMMONS_OLLAMA_URL",
    scope: "hub",
    schema: webAddress.default("http://127.0.0.1:11434"),
    legal: "an http or https address without user name and password, for example http://127.0.0.1:11434",
    description: "Where Ollama answers, for collections with a model ollama:MODEL.",
  }),
  "ollama.pull": setting({
    env: "COMMONS_OLLAMA_PULL",
    scope: "hub",
    schema: yesOrNo.default(false),
    legal: "true or false",
    description: "Whether Ollama may be told to download a model that it does not have.",
  }),
  "openai.url": setting({
    env: "COMMONS_OPENAI_URL",
    scope: "hub",
    schema: webAddress.default("https://api.openai.com/v1"),
    legal: "an http or https address without user name and password, for example https://api.openai.com/v1",
    description:
      "OpenAI-compatible endpoint, for collections with a model openai:MODEL. Its key comes from the environment only: COMMONS_OPENAI_API_KEY or OPENAI_API_KEY.",
  }),
  "openai.pricePerMillion": setting({
    env: "COMMONS_OPENAI_PRICE",
    scope: "hub",
    schema: z
      .union([
        z.number().min(0).transform(String),
        z.string().regex(/^(?:[^\s=,]+\s*=\s*)?\d+(?:\.\d+)?(?:\s*,\s*[^\s=,]+\s*=\s*\d+(?:\.\d+)?)*$/),
      ])
      .optional(),
    legal: "dollars, or MODEL=DOLLARS with commas between, for example text-embedding-3-small=0.02",
    description:
      "Price of a million tokens, for the price that is shown before a reindex. Only OpenAI's own are known.",
  }),
  "openai.batchTexts": setting({
    env: "COMMONS_OPENAI_BATCH",
    scope: "hub",
    schema: wholeNumber(1, 2_048).default(128),
    legal: "a whole number from 1 to 2048",
    description: "Most texts in one request to the OpenAI-compatible endpoint.",
  }),
  "openai.maxTextTokens": setting({
    env: "COMMONS_OPENAI_TEXT_TOKENS",
    scope: "hub",
    schema: wholeNumber(16, 1_000_000).default(8_000),
    legal: "a whole number of tokens from 16 to 1000000",
    description: "Longer texts are cut for the OpenAI-compatible endpoint; tokens are estimated.",
  }),
  "onnx.url": setting({
    env: "COMMONS_ONNX_URL",
    scope: "hub",
    schema: webAddress.default("https://huggingface.co"),
    legal: "an http or https address without user name and password, for example https://huggingface.co",
    description: "Where models onnx:REPOSITORY are downloaded from, once.",
  }),
  "space.projects": setting({
    env: "COMMONS_SPACE_PROJECTS",
    scope: "user",
    schema: z
      .string()
      .regex(/^(?:\*|[a-zA-Z0-9._-]+(?:\s*,\s*[a-zA-Z0-9._-]+)*)?$/)
      .default(""),
    legal: "names of spaces with commas between, or * for any",
    description:
      "Spaces that a project's .commons.json may choose. None by default: a cloned repository must not enter another project's space.",
  }),
  space: setting({
    env: "COMMONS_SPACE",
    scope: "session",
    schema: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{1,126}[a-zA-Z0-9]$/)
      .default("default"),
    legal:
      "a name of 3 to 128 letters, digits, dots, dashes and underscores that begins and ends with a letter or digit",
    description:
      "Isolation boundary: sessions of one space never see another's collections. A space is a Chroma database.",
  }),
  collection: setting({
    env: "COMMONS_COLLECTION",
    scope: "session",
    schema: z.string().refine(isCollectionName).optional(),
    legal: "the name of a collection: 3 to 512 letters, digits, dots, dashes and underscores",
    description: "Default collection of the workspace, instead of the name derived from the repository.",
  }),
  "ingest.maxFileBytes": setting({
    env: "COMMONS_MAX_FILE_BYTES",
    scope: "session",
    schema: wholeNumber(1, 1_000_000_000).default(2_000_000),
    legal: "a whole number of bytes from 1 to 1000000000",
    description: "Larger text files are skipped and counted.",
    projectMost: 50_000_000,
  }),
  "ingest.maxDocumentBytes": setting({
    env: "COMMONS_MAX_DOCUMENT_BYTES",
    scope: "session",
    schema: wholeNumber(1, 1_000_000_000).default(64_000_000),
    legal: "a whole number of bytes from 1 to 1000000000",
    description:
      "Larger PDF, office and notebook files are skipped and counted. Images and models are read in parts, of any size.",
    projectMost: 500_000_000,
  }),
  "search.refreshMs": setting({
    env: "COMMONS_REFRESH_MS",
    scope: "session",
    schema: wholeNumber(0, 60_000).default(300),
    legal: "a whole number of milliseconds from 0 to 60000",
    description:
      "How long a search waits until this workspace's changed files are brought up to date; then it answers and says what is still stale. 0: it does not look.",
    projectMost: 2_000,
  }),
  "ingest.answerSeconds": setting({
    env: "COMMONS_ANSWER_SECONDS",
    scope: "session",
    schema: z.coerce.number().min(0.01).max(3_600).default(240),
    legal: "a number of seconds from 0.01 to 3600",
    description:
      "A tool call answers after this time while its ingest goes on in the background: Codex gives up after 300 s.",
    projectMost: 300,
  }),
} as const;

export type SettingName = keyof typeof settingSpecs;
export type Settings = { readonly [N in SettingName]: z.output<(typeof settingSpecs)[N]["schema"]> };

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingSpecs, name);
}
