import { z } from "zod";

/** What the process of an ONNX model is told, as JSON in its first argument. */
export const onnxHostSchema = z.object({
  /** transformers.js's entry. */
  runtime: z.string(),
  root: z.string(),
  repository: z.string(),
  dtype: z.enum(["q8", "int8", "fp32"]),
  pooling: z.enum(["mean", "cls"]),
});
export type OnnxHostArguments = z.output<typeof onnxHostSchema>;

export const onnxRequestSchema = z.object({ id: z.number().int(), texts: z.array(z.string()) });
export type OnnxRequest = z.output<typeof onnxRequestSchema>;

/** `vectors`: one after another, `count` of them, of equal length. `refused`: the model cannot be loaded. */
export const onnxReplySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("refused"), message: z.string() }),
  z.object({ kind: z.literal("vectors"), id: z.number(), count: z.number(), values: z.instanceof(Float32Array) }),
  z.object({ kind: z.literal("failed"), id: z.number(), message: z.string() }),
]);
export type OnnxReply = z.output<typeof onnxReplySchema>;
