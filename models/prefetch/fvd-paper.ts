/**
 * FVD's rule as its paper has it. A leaky bucket holds the rate below an upper limit; a moving average over transfers is held against a lower one. A rate below that
 * means that somebody else needs the resource: with probability 1/2 the governor pauses for a random time; otherwise, and after the pause, it measures anew, so
 * that beside a persistent contender it pauses after two rounds on average.
 */
import type { RandomStream } from '../../sim/random.js';
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { LeakyBucket, upperRate, type GovernorModel, type PrefetchGovernor } from './governor.js';

export const pauseProbability = 1 / 2;

export interface PaperLimits {
  /** Bytes per second; 0 where there is no limit. */
  readonly lower: number;
  readonly upper: number;
  /** Transfers in the moving average. */
  readonly window: number;
  readonly longestPause: Nanoseconds;
}

export class PaperGovernor implements PrefetchGovernor {
  pausedUntil: Nanoseconds = 0;
  private readonly bucket: LeakyBucket;
  private readonly sizes: Float64Array;
  private readonly times: Float64Array;
  private seen = 0;

  constructor(
    private readonly limits: PaperLimits,
    private readonly random: RandomStream,
  ) {
    this.bucket = new LeakyBucket(limits.upper);
    this.sizes = new Float64Array(limits.window);
    this.times = new Float64Array(limits.window);
  }

  get readyAt(): Nanoseconds {
    return Math.max(this.pausedUntil, this.bucket.emptyAt);
  }

  transferred(bytes: Bytes, began: Nanoseconds, now: Nanoseconds): void {
    const { lower, window, longestPause } = this.limits;
    this.bucket.pour(bytes, began);
    this.sizes[this.seen % window] = bytes;
    this.times[this.seen % window] = now - began;
    this.seen += 1;
    if (this.seen < window || this.averageRate() >= lower) return;
    this.seen = 0;
    if (this.random.chance(pauseProbability)) this.pausedUntil = now + this.random.below(longestPause) + 1;
  }

  private averageRate(): number {
    let bytes = 0;
    let time = 0;
    for (let i = 0; i < this.limits.window; i++) {
      bytes += this.sizes[i]!;
      time += this.times[i]!;
    }
    return time === 0 ? Infinity : (bytes / time) * second;
  }
}

const options = {
  lower: { kind: 'rate', about: 'Below this rate prefetching may pause; 0 for no limit', default: 0 },
  upper: upperRate,
  window: { kind: 'count', about: 'Transfers in the moving average of the rate', default: 16, min: 1, max: 4096 },
  longestPause: { kind: 'time', about: 'Pauses are uniform up to this; the paper gives no length', default: 10 * second },
} as const;

export const fvdPaper: GovernorModel<typeof options> = {
  about: 'below a rate, pauses with probability 1/2 for a random time',
  source: 'FVD paper of 2011, section 3.4.2',
  options,
  make: (values, random) => new PaperGovernor(values, random),
};
