/**
 * The percentage rule: prefetching halves its rate while more than a percentage of its recent requests was slow. The FVD paper holds against it that reads which hit a
 * server's read-ahead stay fast while the server is busy, so that the percentage hardly moves while the throughput collapses.
 */
import { millisecond, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { Values } from '../../sim/options.js';
import { LeakyBucket, TimeShare, upperRate, type GovernorModel, type PrefetchGovernor } from './governor.js';

const options = {
  upper: upperRate,
  slowAfter: { kind: 'time', about: 'A request that takes longer is slow; an assumption, from 5 to 100 ms', default: 20 * millisecond },
  slowPercentage: {
    kind: 'count',
    about: 'More slow requests than this halve the rate; an assumption, from 5 to 90',
    default: 20,
    max: 100,
  },
  window: { kind: 'count', about: 'Recent requests that are counted; an assumption, from 16 to 128', default: 32, min: 1, max: 4096 },
} as const;

/** Steps back to the full rate: one of eight a window, an assumption. */
const growth = 1 / 8;
const leastShare = 1 / 64;

export class CollectiveGovernor implements PrefetchGovernor {
  readonly pausedUntil = 0;
  /** Share of slow requests in the last full window. */
  slowShare = 0;
  private readonly bucket: LeakyBucket;
  private readonly time = new TimeShare(leastShare, growth);
  private seen = 0;
  private slow = 0;

  constructor(private readonly settings: Values<typeof options>) {
    this.bucket = new LeakyBucket(settings.upper);
  }

  get readyAt(): Nanoseconds {
    return Math.max(this.time.restsUntil, this.bucket.emptyAt);
  }

  transferred(bytes: Bytes, began: Nanoseconds, now: Nanoseconds): void {
    const { slowAfter, slowPercentage, window } = this.settings;
    this.bucket.pour(bytes, began);
    this.seen += 1;
    if (now - began > slowAfter) this.slow += 1;
    if (this.seen === window) {
      this.slowShare = this.slow / window;
      if (this.slowShare * 100 > slowPercentage) this.time.halve();
      else this.time.grow();
      this.seen = this.slow = 0;
    }
    this.time.rest(began, now);
  }
}

export const collective: GovernorModel<typeof options> = {
  about: 'halves its rate while a percentage of recent requests is slow',
  source: 'Chandra et al., The Collective (NSDI 2005), as the FVD paper tells it in section 5; the numbers are assumptions',
  options,
  make: (values) => new CollectiveGovernor(values),
};
