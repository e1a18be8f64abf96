import type { BoundingBox, Extent } from "./bounding-box.ts";
import { listOf, numberOf, objectOf, type Json } from "./json-values.ts";

/** Four columns of four numbers, one after the other, as glTF writes them. */
type Matrix = readonly number[];

const identity: Matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const maxNodes = 200_000;

/**
 * Adds every mesh where the nodes of the model's scene place it, by the corners of its box; a node counts once, whatever points to it.
 * `meshes` has a box per mesh, null for one without positions.
 */
export function addPlacedMeshes(model: Json, meshes: readonly (Extent | null)[], box: BoundingBox): void {
  const nodes = listOf(model["nodes"]);
  const scene = objectOf(listOf(model["scenes"])[numberOf(model["scene"] ?? 0)]);
  const open = listOf(scene["nodes"])
    .slice(0, maxNodes)
    .map((index) => ({ index: numberOf(index), placed: identity }));
  const seen = new Set<number>();
  for (let next = open.pop(); next !== undefined && seen.size < maxNodes; next = open.pop()) {
    if (seen.has(next.index)) continue;
    seen.add(next.index);
    const node = objectOf(nodes[next.index]);
    const placed = multiply(next.placed, matrixOf(node));
    const mesh = meshes[numberOf(node["mesh"])] ?? null;
    if (mesh !== null) addCorners(mesh, placed, box);
    const room = maxNodes - open.length;
    for (const child of listOf(node["children"]).slice(0, room)) open.push({ index: numberOf(child), placed });
  }
}

function addCorners({ min, max }: Extent, matrix: Matrix, box: BoundingBox): void {
  for (const x of [min[0], max[0]])
    for (const y of [min[1], max[1]])
      for (const z of [min[2], max[2]]) {
        const along = (row: number): number =>
          at(matrix, row) * x + at(matrix, 4 + row) * y + at(matrix, 8 + row) * z + at(matrix, 12 + row);
        box.add(along(0), along(1), along(2));
      }
}

/** A node says its matrix, or translation, rotation (a quaternion) and scale. */
function matrixOf(node: Json): Matrix {
  const matrix = listOf(node["matrix"]).map(numberOf);
  if (matrix.length === 16) return matrix;
  const [tx = 0, ty = 0, tz = 0] = listOf(node["translation"]).map(numberOf);
  const [x = 0, y = 0, z = 0, w = 1] = listOf(node["rotation"]).map(numberOf);
  const [sx = 1, sy = 1, sz = 1] = listOf(node["scale"]).map(numberOf);
  const columns = [
    [(1 - 2 * (y * y + z * z)) * sx, 2 * (x * y + z * w) * sx, 2 * (x * z - y * w) * sx, 0],
    [2 * (x * y - z * w) * sy, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z + x * w) * sy, 0],
    [2 * (x * z + y * w) * sz, 2 * (y * z - x * w) * sz, (1 - 2 * (x * x + y * y)) * sz, 0],
    [tx, ty, tz, 1],
  ];
  return columns.flat();
}

function multiply(a: Matrix, b: Matrix): Matrix {
  return identity.map((_, place) => {
    const [column, row] = [place - (place % 4), place % 4];
    return [0, 1, 2, 3].reduce((sum, each) => sum + at(a, each * 4 + row) * at(b, column + each), 0);
  });
}

function at(matrix: Matrix, place: number): number {
  return matrix[place] ?? 0;
}
