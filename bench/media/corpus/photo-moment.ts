import type { Random } from "../../../test/fixtures/random.ts";
import { cameras, places, subjects, type CameraKind } from "./cameras.ts";

/** One press of a shutter. */
export interface PhotoMoment {
  readonly camera: CameraKind;
  readonly lens: string;
  readonly place: (typeof places)[number];
  readonly latitude: number;
  readonly longitude: number;
  readonly subject: (typeof subjects)[number];
  /** Local time at the place. */
  readonly takenMs: number;
  readonly number: number;
}

const firstMs = Date.UTC(2019, 0, 1);
const daysInAll = 5 * 365;
const dayMs = 86_400_000;

/** Photos in the order in which they are taken: outings of some hours with one camera at one place, with bursts of some in a second. */
export function* photoMoments(random: Random): Generator<PhotoMoment, never> {
  for (let number = 1; ;) {
    const camera = pick(random, cameras);
    const place = pick(random, places);
    let takenMs = firstMs + random(daysInAll) * dayMs + (6 + random(14)) * 3_600_000;
    for (let left = 20 + random(60); left > 0;) {
      const subject = pick(random, subjects);
      const lens = pick(random, camera.lenses);
      const latitude = place.latitude + (random(2_000) - 1_000) / 20_000;
      const longitude = place.longitude + (random(2_000) - 1_000) / 20_000;
      const inBurst = random(8) === 0 ? 3 + random(6) : 1;
      for (let shot = 0; shot < inBurst; shot++, left--) {
        takenMs += inBurst > 1 ? 150 : 20_000 + random(240_000);
        yield { camera, lens, place, latitude, longitude, subject, takenMs, number: number++ };
      }
    }
  }
}

function pick<T>(random: Random, from: readonly [T, ...T[]] | readonly T[]): T {
  const picked = from[random(from.length)];
  if (picked === undefined) throw new Error("Nothing to pick from.");
  return picked;
}
