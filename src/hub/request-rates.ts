/** What may be asked how often; the times are milliseconds of a clock that never goes back. */
export interface RateLimits {
  /** Wrong or missing tokens that one address may show within `windowMs`; later ones are refused without a look. */
  readonly wrongTokens: number;
  readonly windowMs: number;
  /** Requests a second with the right token, and how many may come at once. */
  readonly requestsPerSecond: number;
  readonly burst: number;
}

// The loopback has 16 million addresses, and each may come as a stranger.
const maxAddresses = 1_000;

/** Counts of strangers by address, the oldest forgotten first. */
export class WrongTokens {
  readonly #limits: RateLimits;
  readonly #seen = new Map<string, { count: number; readonly sinceMs: number }>();

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** Notes one more; the seconds to wait where the address has shown too many, else 0. */
  note(address: string, nowMs: number): number {
    const known = this.#seen.get(address);
    const { wrongTokens, windowMs } = this.#limits;
    if (known !== undefined && nowMs - known.sinceMs < windowMs) {
      known.count++;
      return known.count > wrongTokens ? Math.max(1, Math.ceil((known.sinceMs + windowMs - nowMs) / 1_000)) : 0;
    }
    this.#seen.delete(address);
    const oldest = this.#seen.size >= maxAddresses ? this.#seen.keys().next().value : undefined;
    if (oldest !== undefined) this.#seen.delete(oldest);
    this.#seen.set(address, { count: 1, sinceMs: nowMs });
    return 0;
  }
}

/** A bucket that fills at the allowed rate; each request takes one out. */
export class RequestBucket {
  readonly #limits: RateLimits;
  #filled: number;
  #atMs: number | null = null;

  constructor(limits: RateLimits) {
    this.#limits = limits;
    this.#filled = limits.burst;
  }

  /** False when the bucket is empty. */
  take(nowMs: number): boolean {
    const { requestsPerSecond, burst } = this.#limits;
    const passedMs = Math.max(0, nowMs - (this.#atMs ?? nowMs));
    this.#atMs = nowMs;
    this.#filled = Math.min(burst, this.#filled + (passedMs / 1_000) * requestsPerSecond);
    if (this.#filled < 1) return false;
    this.#filled--;
    return true;
  }
}
