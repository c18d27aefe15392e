/**
 * Yielding on delay: a round of transfers of which too many were delayed, seen between the least and the most delay ever, halves the share of the time that prefetching takes; a
 * round without gives a step back. As TCP Nice does with its window, which may fall below one packet a round trip; with one transfer out at a time that is a rest between them.
 */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { Values } from '../../sim/options.js';
import { LeakyBucket, TimeShare, upperRate, type GovernorModel, type PrefetchGovernor } from './governor.js';

const options = {
  upper: upperRate,
  round: { kind: 'count', about: 'Transfers in a round; an assumption, from 4 to 32', default: 8, min: 1, max: 4096 },
  threshold: {
    kind: 'count',
    about: 'Delayed is beyond this percentage of the way from the least to the most delay',
    default: 20,
    max: 100,
  },
  fraction: { kind: 'count', about: 'More delayed transfers of a round than this percentage are contention', default: 50, max: 100 },
} as const;

/** The paper's window falls to one packet in 48 round trips. */
const leastShare = 1 / 48;
/** Steps back to the whole: one of sixteen a round, an assumption. */
const growth = 1 / 16;

class NiceGovernor implements PrefetchGovernor {
  readonly pausedUntil = 0;
  private readonly bucket: LeakyBucket;
  private readonly time = new TimeShare(leastShare, growth);
  /** Nanoseconds a byte. */
  private least = Infinity;
  private most = 0;
  private seen = 0;
  private delayed = 0;

  constructor(private readonly settings: Values<typeof options>) {
    this.bucket = new LeakyBucket(settings.upper);
  }

  get readyAt(): Nanoseconds {
    return Math.max(this.time.restsUntil, this.bucket.emptyAt);
  }

  transferred(bytes: Bytes, began: Nanoseconds, now: Nanoseconds): void {
    const { round, threshold, fraction } = this.settings;
    this.bucket.pour(bytes, began);
    const pace = (now - began) / bytes;
    this.least = Math.min(this.least, pace);
    this.most = Math.max(this.most, pace);
    this.seen += 1;
    if (pace > this.least + (threshold / 100) * (this.most - this.least)) this.delayed += 1;
    if (this.seen === round) {
      if (this.delayed * 100 > fraction * round) this.time.halve();
      else this.time.grow();
      this.seen = this.delayed = 0;
    }
    this.time.rest(began, now);
  }
}

export const nice: GovernorModel<typeof options> = {
  about: 'halves its share of the time in rounds with many delayed transfers',
  source: "Venkataramani et al., TCP Nice (OSDI 2002): threshold and fraction are the paper's",
  options,
  make: (values) => new NiceGovernor(values),
};
