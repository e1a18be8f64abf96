/** A point on earth in decimal degrees; south and west are negative. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadiusKm = 6_371;
const radians = Math.PI / 180;

/** What one degree of latitude is on the ground. */
export const kmPerDegree = earthRadiusKm * radians;

/** Kilometres along the great circle (haversine on a ball: at most 0.6 % beside the truth of the flattened earth). */
export function distanceKm(from: Position, to: Position): number {
  const north = Math.sin(((to.latitude - from.latitude) * radians) / 2);
  const east = Math.sin(((to.longitude - from.longitude) * radians) / 2);
  const square = north * north + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * east * east;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(square)));
}
