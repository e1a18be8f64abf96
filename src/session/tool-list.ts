import type { ToolDescription } from "./tool-call.ts";

/** The tools as `tools/list` answers them. The build puts its own result in place of this file: the answer then loads no tool. */
export async function listTools(): Promise<ToolDescription[]> {
  const { describeTools } = await import("./tool-call.ts");
  return describeTools();
}
