import type { Metadata } from "../../core/document.ts";

/** The smallest box around points that are added one by one. */
export interface BoundingBox {
  /** Points that are no numbers, or as far away as only damage puts them, do not count. */
  add(x: number, y: number, z: number): void;
  /** Lengths of the edges, smallest and largest corner; null without points. */
  extent(): Extent | null;
}

export interface Extent {
  readonly min: readonly [number, number, number];
  readonly max: readonly [number, number, number];
}

const farthest = 1e30;

export function createBoundingBox(): BoundingBox {
  let [minX, minY, minZ] = [Infinity, Infinity, Infinity];
  let [maxX, maxY, maxZ] = [-Infinity, -Infinity, -Infinity];
  return {
    add: (x, y, z) => {
      // Comparisons with NaN are false.
      const isNear = Math.abs(x) < farthest && Math.abs(y) < farthest && Math.abs(z) < farthest;
      if (!isNear) return;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
      if (z < minZ) minZ = z;
      if (z > maxZ) maxZ = z;
    },
    extent: () => (minX > maxX ? null : { min: [minX, minY, minZ], max: [maxX, maxY, maxZ] }),
  };
}

/** "40 x 22 x 8", to five digits; `unit` follows. */
export function describeExtent(extent: Extent | null, unit: string | null): string | null {
  if (extent === null) return null;
  return `${sizesOf(extent).join(" x ")} ${unit ?? "(units unknown)"}`;
}

export function extentMetadata(extent: Extent | null): Metadata {
  if (extent === null) return {};
  const [sizeX = 0, sizeY = 0, sizeZ = 0] = sizesOf(extent);
  const [minX, minY, minZ] = extent.min.map(rounded);
  const [maxX, maxY, maxZ] = extent.max.map(rounded);
  // Safe: both corners have three coordinates.
  return { sizeX, sizeY, sizeZ, minX, minY, minZ, maxX, maxY, maxZ } as Metadata;
}

function sizesOf({ min, max }: Extent): number[] {
  return [max[0] - min[0], max[1] - min[1], max[2] - min[2]].map(rounded);
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
