import { z } from "zod";
import { maxPhotoClauses, photoNumbers, type PhotoFilter } from "../core/photo-filter.ts";

const name = z.string().min(1).max(200);
const bound = z.number().nullable();
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const dayOfYear = z.string().regex(/^\d\d-\d\d$/);
const hour = z.number().min(0).max(24);
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

const needSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["camera", "lens"]), name }),
  z.strictObject({
    kind: z.literal("dates"),
    from: day.nullable(),
    to: day.nullable(),
    south: z.strictObject({ from: day, to: day }).optional(),
  }),
  z.strictObject({
    kind: z.literal("yearly"),
    from: dayOfYear,
    to: dayOfYear,
    south: z.strictObject({ from: dayOfYear, to: dayOfYear }).optional(),
  }),
  z.strictObject({ kind: z.literal("weekdays"), days: z.array(z.number().int().min(0).max(6)).max(7) }),
  z.strictObject({ kind: z.literal("daylight"), names: z.array(name).max(10), fromHour: hour, toHour: hour }),
  z.strictObject({
    kind: z.literal("near"),
    latitude,
    longitude,
    withinKm: z.number().min(0),
  }),
  z.strictObject({ kind: z.literal("box"), south: latitude, north: latitude, west: longitude, east: longitude }),
  z.strictObject({ kind: z.literal("country"), code: name, name }),
  z.strictObject({ kind: z.literal("region"), country: name, name }),
  z.strictObject({ kind: z.literal("shape"), aspects: z.array(name).max(10) }),
  z.strictObject({ kind: z.literal("number"), field: z.enum(photoNumbers), least: bound, most: bound }),
  z.strictObject({ kind: z.literal("flash"), isFired: z.boolean() }),
  z.strictObject({ kind: z.literal("format"), extensions: z.array(name).max(50) }),
  z.strictObject({ kind: z.literal("screenshot") }),
]);

/** See PhotoFilter. */
export const photoFilterSchema: z.ZodType<PhotoFilter> = z.strictObject({
  clauses: z
    .array(
      z.strictObject({
        anyOf: z.array(needSchema).max(200),
        words: z.array(name).max(200),
        wordsCount: z.enum(["always", "when-unknown"]),
        isNot: z.boolean().optional(),
        label: z.string().max(1_000),
      }),
    )
    .max(maxPhotoClauses),
});
