const BUCKET_MS = 0.01;
const LONGEST_MS = 10_000;

/** Latencies counted in steps of 10 µs up to ten seconds: recording costs the load next to nothing. */
export class Latencies {
  readonly #buckets = new Uint32Array(LONGEST_MS / BUCKET_MS + 1);
  count = 0;

  record(milliseconds: number): void {
    const bucket = Math.min(Math.floor(milliseconds / BUCKET_MS), this.#buckets.length - 1);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.count++;
  }

  /** @returns milliseconds; 0 when nothing was recorded */
  percentile(percent: number): number {
    const rank = Math.ceil((this.count * percent) / 100);
    let seen = 0;
    for (const [bucket, count] of this.#buckets.entries()) {
      seen += count;
      if (count > 0 && seen >= rank) return (bucket + 1) * BUCKET_MS;
    }
    return 0;
  }
}
