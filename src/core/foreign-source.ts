import type { ForeignCollection } from "./ports.ts";
import { countOf } from "./quantities.ts";

/** Source of every hit in a collection that another program made in Chroma. */
export const foreignSource = { key: "chroma", name: "ChromaDB" } as const;

/** `recipes: 4 records; made in ChromaDB by another program; 384 dimensions; model all-MiniLM-L6-v2`. */
export function foreignLine({ name, records, dimensions, model }: ForeignCollection): string {
  const facts = [
    `${name}: ${countOf(records, "record")}`,
    "made in ChromaDB by another program",
    ...(dimensions === null ? [] : [countOf(dimensions, "dimension")]),
    ...(model === null ? [] : [`model ${model}`]),
  ];
  return facts.join("; ");
}
