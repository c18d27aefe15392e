/** No regard for others: only the leaky bucket. The base line that the other governors are held against. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { LeakyBucket, upperRate, type GovernorModel, type PrefetchGovernor } from './governor.js';

const options = { upper: upperRate } as const;

class RateLimit implements PrefetchGovernor {
  readonly pausedUntil = 0;
  private readonly bucket: LeakyBucket;

  constructor(upper: number) {
    this.bucket = new LeakyBucket(upper);
  }

  get readyAt(): Nanoseconds {
    return this.bucket.emptyAt;
  }

  transferred(bytes: Bytes, began: Nanoseconds): void {
    this.bucket.pour(bytes, began);
  }
}

export const rateLimit: GovernorModel<typeof options> = {
  about: 'prefetches as fast as its upper limit lets it',
  source: 'the leaky bucket alone, for comparison',
  options,
  make: ({ upper }) => new RateLimit(upper),
};
