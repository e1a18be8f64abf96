import { z } from "zod";
import { nearestNames } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";
import { tellCommit } from "./commit-news.ts";
import { errorText } from "./error-text.ts";
import { tools } from "./tools/registry.ts";
import type { ResourceLink, Tool, ToolContext, ToolReply } from "./tools/tool.ts";

/** An MCP tool result; a failure is a result that the model can read and act on. */
export interface ToolAnswer {
  /** The text first. */
  readonly content: ({ readonly type: "text"; readonly text: string } | ResourceLink)[];
  readonly isError?: true;
  readonly [key: string]: unknown;
}

/** Clients cut longer answers (Codex keeps head and tail of 12,000 to 48,000 characters); tools budget below this. */
const maxAnswerCharacters = 48_000;

/** A tool as `tools/list` shows it. */
export type ToolDescription = ReturnType<typeof describe>;

/** The tools as `tools/list` shows them. */
export function describeTools(): ToolDescription[] {
  return tools.map(describe);
}

function describe(tool: Tool) {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: inputJsonSchema(tool),
    annotations: {
      title: tool.title,
      readOnlyHint: tool.effect === "reads",
      destructiveHint: tool.effect === "destroys",
      idempotentHint: tool.isIdempotent,
      openWorldHint: false,
    },
    ...(tool.name === "search_context" ? { _meta: { "anthropic/alwaysLoad": true } } : {}),
  };
}

/** Runs a tool by name; every error comes back as a text answer with the fact and the next step. */
export async function callTool(name: string, args: unknown, context: ToolContext): Promise<ToolAnswer> {
  try {
    const tool = findTool(name);
    const parsed = tool.input.safeParse(args ?? {});
    if (!parsed.success) throw wrongInput(tool, parsed.error);
    if (tool.effect !== "reads") await tellCommit(context.session);
    const reply = await tool.run(parsed.data, context);
    return answer(typeof reply === "string" ? { text: reply, links: [] } : reply);
  } catch (error) {
    return { ...answer({ text: errorText(error), links: [] }), isError: true };
  }
}

function answer({ text, links }: ToolReply): ToolAnswer {
  const isLong = text.length > maxAnswerCharacters;
  const cut = isLong
    ? `${text.slice(0, maxAnswerCharacters)}\n(cut: ${text.length - maxAnswerCharacters} more characters)`
    : text;
  return { content: [{ type: "text", text: cut }, ...links] };
}

function findTool(name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool !== undefined) return tool;
  const nearest = nearestNames(
    name,
    tools.map((candidate) => candidate.name),
  );
  throw new CommonsError("INPUT_INVALID", `There is no tool "${name.slice(0, 100)}".`, {
    hint: nearest.length > 0 ? `Did you mean ${nearest.join(" or ")}?` : "tools/list names them.",
  });
}

function wrongInput(tool: Tool, error: z.ZodError): CommonsError {
  const facts = error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.length > 0 ? `${issue.path.join(".")}: ` : ""}${issue.message}`);
  const parameters = Object.keys(z.record(z.string(), z.unknown()).parse(inputJsonSchema(tool)["properties"] ?? {}));
  return new CommonsError("INPUT_INVALID", `${tool.name}: ${facts.join("; ")}.`, {
    hint: parameters.length > 0 ? `Parameters: ${parameters.join(", ")}.` : "It takes no parameters.",
  });
}

function inputJsonSchema(tool: Tool): { type: "object"; [key: string]: unknown } {
  const { $schema: _draft, ...schema } = z.toJSONSchema(tool.input, { io: "input" });
  return { ...schema, type: "object" };
}
