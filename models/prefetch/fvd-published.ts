/** FVD's rule as its driver was published: rates of windows of time, in an exponential average; upper limits are not looked at. block/fvd-prefetch.c of 2011. */
import type { RandomStream } from '../../sim/random.js';
import { KiB, second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { pauseProbability } from './fvd-paper.js';
import type { GovernorModel, PrefetchGovernor } from './governor.js';

const windowTime: Nanoseconds = 100e6;
const weightOfOld = 0.8;
const pauseStep: Nanoseconds = 1e6;
const pauseSteps = 30_000;

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
    if (this.time <= windowTime) return;
    const rate = (this.bytes / this.time) * second;
    this.average = this.average < 0 ? rate : weightOfOld * this.average + (1 - weightOfOld) * rate;
    this.bytes = this.time = 0;
    if (this.average >= this.lower) return;
    this.average = -1;
    if (this.random.chance(pauseProbability)) this.pausedUntil = now + (this.random.below(pauseSteps) + 1) * pauseStep;
  }
}

const options = {
  lower: { kind: 'rate', about: 'Below this rate prefetching may pause', default: 5120 * KiB },
} as const;

export const fvdPublished: GovernorModel<typeof options> = {
  about: 'as fvd-paper, with windows of 100 ms in an exponential average and pauses up to 30 s',
  source: 'the driver posted to qemu-devel on 2011-01-19, block/fvd-prefetch.c',
  options,
  make: ({ lower }, random) => new PublishedGovernor(lower, random),
};
