/**
 * When prefetching goes on: governors are told how fast transfers were, and answer when the next one may begin. They do nothing themselves.
 * A rate below the lower limit means that somebody else needs the resource: with probability 1/2 the governor pauses for a random time;
 * otherwise, and after the pause, it measures anew, so that in contention with others it pauses after two rounds on average.
 */
import type { RandomStream } from '../../../sim/random.js';
import type { Bytes, Nanoseconds } from '../../../sim/units.js';

export interface PrefetchGovernor {
  /** When the next transfer may begin. */
  readonly readyAt: Nanoseconds;
  /** When the pause ends that was decided on last. */
  readonly pausedUntil: Nanoseconds;
  /** A transfer is done that began at `began`. */
  transferred(bytes: Bytes, began: Nanoseconds, now: Nanoseconds): void;
}

const second: Nanoseconds = 1e9;
const pauseProbability = 1 / 2;

/** The paper's: a leaky bucket holds the rate below an upper limit, and a moving average over transfers is held against the lower. Section 3.4.2. */
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
  /** When the leaky bucket has run empty. */
  private emptyAt: Nanoseconds = 0;
  private readonly sizes: Float64Array;
  private readonly times: Float64Array;
  private seen = 0;

  constructor(
    private readonly limits: PaperLimits,
    private readonly random: RandomStream,
  ) {
    this.sizes = new Float64Array(limits.window);
    this.times = new Float64Array(limits.window);
  }

  get readyAt(): Nanoseconds {
    return Math.max(this.pausedUntil, this.emptyAt);
  }

  transferred(bytes: Bytes, began: Nanoseconds, now: Nanoseconds): void {
    const { lower, upper, window, longestPause } = this.limits;
    if (upper > 0) this.emptyAt = Math.max(this.emptyAt, began) + (bytes / upper) * second;
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

/** The published driver's: rates of windows of time, in an exponential average; upper limits are not looked at. block/fvd-prefetch.c of 2011. */
const publishedWindow: Nanoseconds = 100e6;
const weightOfOld = 0.8;
const publishedPauseStep: Nanoseconds = 1e6;
const publishedPauseSteps = 30_000;

export class PublishedGovernor implements PrefetchGovernor {
  pausedUntil: Nanoseconds = 0;
  private bytes = 0;
  private time: Nanoseconds = 0;
  /** Bytes per second; negative before the first window is full. */
  private average = -1;

  /** @param lower bytes per second */
  constructor(
    private readonly lower: number,
    private readonly random: RandomStream,
  ) {}

  get readyAt(): Nanoseconds {
    return this.pausedUntil;
  }

  transferred(bytes: Bytes, began: Nanoseconds, now: Nanoseconds): void {
    this.bytes += bytes;
    this.time += now - began;
    if (this.time <= publishedWindow) return;
    const rate = (this.bytes / this.time) * second;
    this.average = this.average < 0 ? rate : weightOfOld * this.average + (1 - weightOfOld) * rate;
    this.bytes = this.time = 0;
    if (this.average >= this.lower) return;
    this.average = -1;
    if (this.random.chance(pauseProbability)) this.pausedUntil = now + (this.random.below(publishedPauseSteps) + 1) * publishedPauseStep;
  }
}
