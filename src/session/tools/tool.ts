import { z } from "zod";
import { categories } from "../../core/document.ts";
import type { Where } from "../../core/search.ts";
import { refuseHiddenKey, whereSchema } from "../../protocol/schemas.ts";
import type { Session } from "../session.ts";

export interface ToolContext {
  readonly session: Session;
  /** Aborted when the client cancels the call or the session ends. */
  readonly signal: AbortSignal;
  /** Tells the client how far the work is; cheap to call often. */
  readonly progress: (step: { done: number; total: number | null; message: string }) => void;
}

/** A file that the client may load from this server (`resources/read`); clients that do not know such links pass over them. */
export interface ResourceLink {
  readonly type: "resource_link";
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly mimeType: string;
  /** In bytes. */
  readonly size: number;
  readonly annotations: { readonly audience: ("user" | "assistant")[] };
}

/** An answer with more than text. */
export interface ToolReply {
  readonly text: string;
  readonly links: readonly ResourceLink[];
}

/** What an agent may expect of a tool; clients decide by it whether the tool runs unattended. */
export type ToolEffect = "reads" | "adds" | "destroys";

export interface Tool<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  /** Users' own words first: clients find deferred tools by a text search over names and descriptions. */
  readonly description: string;
  readonly effect: ToolEffect;
  /** Whether the same call twice leaves the same state as once. */
  readonly isIdempotent: boolean;
  readonly input: S;
  /** The answer, as text for a model to read. Errors: CommonsError. */
  run(input: z.output<S>, context: ToolContext): Promise<string | ToolReply>;
}

/** Keeps the schema's type while the tool is written; the registry holds tools of any schema. */
export function defineTool<S extends z.ZodType>(tool: Tool<S>): Tool {
  return tool;
}

export const collectionParameter = z
  .string()
  .describe("Collection name. Default: the collection of this workspace, derived from the repository.");

/** A comma at the end adds no entry; an empty string is an empty list, which the ingest refuses. */
export function listed(value: string | readonly string[]): string[] {
  if (typeof value !== "string") return [...value];
  const parts = value.split(",").map((part) => part.trim());
  return parts.filter((part) => part !== "");
}

export const categoriesParameter = z
  .union([z.string(), z.array(z.string())])
  .transform(listed)
  .describe(`Only these kinds of files: ${categories.join(", ")}. A list, or one string with commas.`);

export const extensionsParameter = z
  .union([z.string(), z.array(z.string())])
  .transform(listed)
  .describe('Only files with these extensions, for example ["ts", "md"].');

export const forceParameter = z
  .boolean()
  .default(false)
  .describe(
    "Also while other live sessions use the collection: only where the user wants it, because it disturbs them.",
  );

export const maxFilesParameter = z
  .number()
  .int()
  .min(1)
  .max(1_000_000)
  .describe("At most this many files; what is left out is counted in the answer. Default: all.");

/** Plain in the JSON schema, because some clients know no `$ref`; the operators are checked all the same. */
export const whereParameter = z
  // "true" says what {} says, and checkers of schemas take {} for a mistake.
  .preprocess(refuseHiddenKey, z.record(z.string(), z.unknown()).meta({ additionalProperties: true }))
  .transform((value, context): Where => {
    const parsed = whereSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    context.addIssue({
      code: "custom",
      message:
        parsed.error.issues.find(({ message }) => message.includes("nested more"))?.message ??
        "is no Chroma filter: fields with values or operator objects, combined by $and and $or",
    });
    return z.NEVER;
  })
  .describe(
    'Chroma filter over metadata, path, language, category, kind, symbol, source, start_line, end_line, changed_at, indexed_at and #document (the text), for example {"topic": "auth"}.',
  );
