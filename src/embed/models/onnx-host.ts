/**
 * The process in which a local ONNX model runs: its memory goes back to the system with it, and a crash costs nothing else. It ends
 * with its parent. Started by onnx-process.ts; not for import.
 */
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { onnxHostSchema, onnxRequestSchema, type OnnxReply } from "./onnx-messages.ts";

/** What is used of transformers.js. */
const runtimeSchema = z.object({
  // Its own object, because it is changed.
  env: z.custom<Record<string, unknown>>((value) => typeof value === "object" && value !== null),
  pipeline: z.custom<(task: string, model: string, options: Record<string, unknown>) => Promise<Extractor>>(
    (value) => typeof value === "function",
  ),
});
type Extractor = (texts: readonly string[], options: { pooling: string; normalize: boolean }) => Promise<unknown>;
const tensorSchema = z.object({ dims: z.tuple([z.number(), z.number()]), data: z.instanceof(Float32Array) });

async function main(): Promise<void> {
  const { runtime, root, repository, dtype, pooling } = onnxHostSchema.parse(JSON.parse(process.argv[2] ?? ""));
  const tell = (reply: OnnxReply): void => void process.send?.(reply);
  const loaded = runtimeSchema.parse(await import(pathToFileURL(runtime).href));
  // The files are checked and there: nothing is asked of the network.
  Object.assign(loaded.env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: root,
    useFSCache: false,
  });
  const extract = await loaded.pipeline("feature-extraction", repository, { dtype, local_files_only: true });
  process.on("message", (message) => {
    const request = onnxRequestSchema.parse(message);
    void answer(request, async () =>
      tensorSchema.parse(await extract(request.texts, { pooling, normalize: true })),
    ).then(tell);
  });
  tell({ kind: "ready" });
}

async function answer(
  { id }: { readonly id: number },
  work: () => Promise<z.output<typeof tensorSchema>>,
): Promise<OnnxReply> {
  try {
    const { dims, data } = await work();
    return { kind: "vectors", id, count: dims[0], values: data };
  } catch (error) {
    return { kind: "failed", id, message: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}

process.on("disconnect", () => process.exit(0));
main().catch((error: unknown) => {
  const refusal: OnnxReply = { kind: "refused", message: messageOf(error) };
  process.send?.(refusal, undefined, undefined, () => process.exit(1));
});
