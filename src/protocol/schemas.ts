import { z } from "zod";
import { categories, chunkKinds, type Metadata } from "../core/document.ts";
import { metadataKeyFault } from "../core/metadata-rule.ts";
import { latestMs } from "../core/moment.ts";
import { searchModes, type Where } from "../core/search.ts";
import { maxSimilarPassages } from "../core/similar.ts";
import { photoFilterSchema } from "./photo-schemas.ts";

/** A path or id as it may travel; the meaning is checked where it is used. */
const text = (max: number) => z.string().max(max);
const line = z.number().int().min(0);
const epochMs = z.number().min(0).max(latestMs);
/** For columns of whole numbers, which refuse a fraction. */
export const wholeMs = epochMs.int();
export const sizeBytes = z.number().int().min(0);

/** Flat facts. Keys that Chroma refuses, and the program's own, are refused by name, never replaced or dropped. */
export const metadataSchema: z.ZodType<Metadata> = z.preprocess(
  (value, context) => {
    for (const key of keysOf(value)) {
      const fault = metadataKeyFault(key);
      if (fault !== null) context.addIssue({ code: "custom", message: `the key "${key.slice(0, 80)}" ${fault}` });
    }
    return value;
  },
  z.record(z.string(), z.union([text(65_536), z.number(), z.boolean()])),
);

const fileStatSchema = z.strictObject({ sizeBytes, mtimeMs: z.number(), signature: text(200) });

export const chunkSchema = z.strictObject({
  text: text(200_000),
  startLine: line,
  endLine: line,
  kind: z.enum(chunkKinds),
  symbol: text(1_000).nullable(),
  signature: text(10_000).nullable(),
  doc: text(100_000).nullable(),
  scope: z.array(text(1_000)).max(100),
});

export const documentSchema = z.strictObject({
  path: text(4_096).min(1),
  stat: fileStatSchema,
  contentHash: text(128).min(1),
  fingerprint: text(256).min(1),
  readAtMs: epochMs,
  fileType: text(100),
  language: text(100).nullable(),
  category: z.enum(categories),
  metadata: metadataSchema,
  // A session of an earlier build does not know it.
  givenMetadata: metadataSchema.nullable().default(null),
  chunks: z.array(chunkSchema).max(200_000),
});

export const changesSchema = z.strictObject({
  documents: z.array(documentSchema).max(5_000),
  renames: z
    .array(z.strictObject({ from: text(4_096), to: text(4_096), stat: fileStatSchema, readAtMs: epochMs }))
    .max(50_000),
  touches: z.array(z.strictObject({ path: text(4_096), stat: fileStatSchema, readAtMs: epochMs })).max(200_000),
  removals: z.array(text(4_096)).max(200_000),
});

const repositorySchema = z.strictObject({
  id: text(4_096),
  name: text(1_000),
  remote: text(4_096).nullable(),
  branch: text(1_000).nullable(),
  commit: text(100).nullable(),
  isWorktree: z.boolean(),
});

export const sourceSchema = z.strictObject({
  key: text(100).min(1),
  kind: z.enum(["workspace", "notes"]),
  name: text(1_000),
  machine: text(1_000),
  path: text(4_096).nullable(),
  repository: repositorySchema.nullable(),
});

export const scopeSchema = z.strictObject({
  directory: text(4_096),
  recursive: z.boolean(),
  categories: z.array(z.enum(categories)).max(20).nullable(),
  extensions: z.array(text(100)).max(1_000).nullable(),
  maxFiles: z.number().int().min(1).nullable(),
  includeContent: z.boolean(),
});

// A condition is an object in a list: two levels each.
const maxNesting = 40;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One level of it. */
const conditionSchema: z.ZodType<Where> = z.lazy(() =>
  z.preprocess(
    refuseHiddenKey,
    z.record(
      z.string(),
      z.union([scalar, z.array(conditionSchema), z.record(z.string(), z.union([scalar, z.array(scalar)]))]),
    ),
  ),
);

/** Chroma's `where`, by shape; the operators are checked when it is compiled. */
export const whereSchema: z.ZodType<Where> = z.preprocess(refuseDeepNesting, conditionSchema);

/** What is nested without end would take the parser's whole stack. */
function refuseDeepNesting(value: unknown, context: z.RefinementCtx): unknown {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxNesting) {
      context.addIssue({ code: "custom", message: `is nested more than ${maxNesting} deep` });
      return z.NEVER;
    }
    level = level.flatMap((item): unknown[] => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return value;
}

/** zod drops the key `__proto__` without a word, and a filter without its only condition would hold for everything. */
export function refuseHiddenKey(value: unknown, context: z.RefinementCtx): unknown {
  if (keysOf(value).includes("__proto__"))
    context.addIssue({ code: "custom", message: 'the key "__proto__" cannot be used' });
  return value;
}

function keysOf(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

export const filtersSchema = z.strictObject({
  path: text(1_000).optional(),
  language: text(100).optional(),
  category: z.enum(categories).optional(),
  source: text(4_096).optional(),
  kind: z.enum(chunkKinds).optional(),
  sinceMs: z.number().optional(),
  untilMs: z.number().optional(),
  where: whereSchema.optional(),
  photo: photoFilterSchema.optional(),
});

export const similarPassageSchema = z.strictObject({
  text: text(200_000),
  language: text(100).nullable(),
  place: z
    .strictObject({
      sourceKey: text(200),
      machine: text(4_096),
      sourcePath: text(4_096).nullable(),
      repositoryId: text(4_096).nullable(),
      path: text(4_096),
      startLine: line,
      endLine: line,
    })
    .nullable(),
});

export const storedPassagesSchema = z.strictObject({
  collectionId: text(200),
  sourceKey: text(200),
  directory: text(4_096),
  after: z.strictObject({ path: text(4_096), chunkId: z.number().int().min(0) }).nullable(),
  limit: z.number().int().min(1).max(maxSimilarPassages),
});

export const searchModeSchema = z.enum(searchModes);

/** Who a session is, as it says itself when it registers. */
export const identitySchema = z.strictObject({
  sessionId: text(100).min(8),
  kind: z.enum(["agent", "cli"]),
  agent: text(200),
  pid: z.number().int().min(1),
  version: text(50),
  space: text(128),
  workspace: text(4_096).nullable(),
  branch: text(1_000).nullable(),
  commit: text(100).nullable(),
  /** What the session does just now, so that a restarted hub still knows it. */
  activity: text(500).nullable(),
});
export type SessionIdentity = z.output<typeof identitySchema>;
