import type { SimilarRequest } from "../catalog/api.ts";
import { CommonsError } from "../core/errors.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import type { SimilarResult } from "../core/similar.ts";
import { overWhatIsThere } from "../core/vanished-collection.ts";
import { markUse, viewerOf } from "./caller.ts";
import { CollectionGate, visibleCollection } from "./collection-lookup.ts";
import type { HandlerParts, HandlersNamed } from "./handlers.ts";

// One pass over the vectors is shared by so many passages; between two of them other sessions' searches get their turn.
const passagesAtOnce = 8;

/** What is like some passages. The catalog's reader is asked in small steps, because it serves all sessions. */
export function similarHandlers(parts: HandlerParts): HandlersNamed<"similar"> {
  const { reader } = parts;
  const gate = new CollectionGate(reader);
  return {
    similar: ({ collections: wanted, of, limit, threshold, mayEmbed }, caller) =>
      overWhatIsThere(async () => {
        const viewer = viewerOf(caller);
        const collections =
          wanted === "*"
            ? await reader.listCollections(viewer)
            : await Promise.all(wanted.map((name) => visibleCollection(parts, viewer, name)));
        if (wanted !== "*") for (const collection of collections) void markUse(parts, caller, collection);
        if (of.kind === "stored") await gate.require(viewer, of.stored.collectionId);
        const collectionIds = collections.map(({ id }) => id);
        const models = new Set(collections.map(({ embedder }) => embedder).filter((id) => !isBuiltInModel(id)));
        const vectors = mayEmbed === true ? await vectorsOf(parts, of, [...models]) : {};
        const results: SimilarResult[] = [];
        for (let step: Passages | null = firstStep(of); step !== null; step = nextStep(of, results))
          results.push(
            await reader.similar({
              collectionIds,
              of: step,
              limit,
              threshold,
              passageVectors: ofStep(vectors, results.length * passagesAtOnce),
            }),
          );
        return joined(results);
      }),
  };
}

type Vectors = NonNullable<SimilarRequest["passageVectors"]>;

/** What models that are not built in make of the passages; one that does not answer soon is missing. */
async function vectorsOf({ embedding }: HandlerParts, of: Passages, models: readonly string[]): Promise<Vectors> {
  if (of.kind === "stored" || of.passages.length === 0) return {};
  const texts = of.passages.map(({ text }) => text);
  const made = await Promise.all(
    models.map(async (model) => [model, await embedding.passageVectors(model, texts)] as const),
  );
  return Object.fromEntries(made.flatMap(([model, vectors]) => (vectors === null ? [] : [[model, vectors]])));
}

function ofStep(vectors: Vectors, from: number): Vectors {
  const slices = Object.entries(vectors).map(([model, made]) => [model, made.slice(from, from + passagesAtOnce)]);
  // Safe: the entries are those of `vectors`, cut.
  return Object.fromEntries(slices) as Vectors;
}

type Passages = SimilarRequest["of"];

function firstStep(of: Passages): Passages {
  if (of.kind === "sent") return { kind: "sent", passages: of.passages.slice(0, passagesAtOnce) };
  return { kind: "stored", stored: { ...of.stored, limit: Math.min(of.stored.limit, passagesAtOnce) } };
}

/** What is left after the steps that were done; null: nothing. */
function nextStep(of: Passages, done: readonly SimilarResult[]): Passages | null {
  const from = done.length * passagesAtOnce;
  if (of.kind === "sent") {
    const passages = of.passages.slice(from, from + passagesAtOnce);
    return passages.length === 0 ? null : { kind: "sent", passages };
  }
  const after = done.at(-1)?.next ?? null;
  const limit = Math.min(of.stored.limit - from, passagesAtOnce);
  return after === null || limit <= 0 ? null : { kind: "stored", stored: { ...of.stored, after, limit } };
}

function joined(results: readonly SimilarResult[]): SimilarResult {
  const [first] = results;
  const last = results.at(-1);
  if (first === undefined || last === undefined) throw new CommonsError("INTERNAL", "No passage was compared.");
  const notes = new Map(results.flatMap((result) => result.notes).map((note) => [note.text, note]));
  return {
    ...first,
    groups: results.flatMap(({ groups }, step) =>
      groups.map((group) => ({ ...group, index: group.index + step * passagesAtOnce })),
    ),
    compared: results.reduce((sum, { compared }) => sum + compared, 0),
    tooSmall: results.reduce((sum, { tooSmall }) => sum + tooSmall, 0),
    next: last.next,
    notes: [...notes.values()],
  };
}
