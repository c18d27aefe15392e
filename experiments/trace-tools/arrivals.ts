/** How bursty a trace's arrivals are: counts of records in windows of one second, in constant memory whatever its length. */
import { linearRegression } from 'simple-statistics';
import { second } from '../../sim/units.js';
import type { TraceBatch } from '../../traces/batch.js';

export interface Burstiness {
  /** Whole windows of one second. */
  readonly windows: number;
  /** Variance over mean of the counts: 1 for Poisson arrivals, more for bursts. */
  readonly indexOfDispersion: number;
  /** The fullest second over the mean one. */
  readonly peakToMean: number;
  /**
   * From how the variance of means falls over ever longer windows (aggregated variance): 0.5 without memory, towards 1 where bursts
   * come at every scale. Null below 64 windows or where the counts do not vary.
   */
  readonly hurst: number | null;
}

/** Mean and variance of numbers that come one by one (Welford 1962). */
class Moments {
  count = 0;
  mean = 0;
  private squares = 0;

  add(value: number): void {
    this.count++;
    const delta = value - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (value - this.mean);
  }

  get variance(): number {
    return this.count < 2 ? 0 : this.squares / (this.count - 1);
  }
}

/** The fewest blocks of a length whose variance says something, and the fewest lengths to lay a line through. */
const blocksMin = 8;
const lengthsMin = 4;
/** Blocks of up to 2^24 seconds. */
const levels = 25;

export class ArrivalPass {
  private window = 0;
  private count = 0;
  private peak = 0;
  private readonly moments = Array.from({ length: levels }, () => new Moments());
  /** Sum of the block of each level that is being filled, and how many blocks of the level below are in it. */
  private readonly sums = new Float64Array(levels);
  private readonly halves = new Uint8Array(levels);

  /** Takes in the next records of the trace. */
  add(batch: TraceBatch): void {
    for (let i = 0; i < batch.size; i++) {
      const window = Math.floor(batch.time[i]! / second);
      while (this.window < window) this.endWindow();
      this.count++;
    }
  }

  /** Null where the trace is shorter than two seconds. */
  get burstiness(): Burstiness | null {
    const { count, mean, variance } = this.moments[0]!;
    if (count < 2) return null;
    return { windows: count, indexOfDispersion: variance / mean, peakToMean: this.peak / mean, hurst: this.hurst() };
  }

  private endWindow(): void {
    this.window++;
    this.peak = Math.max(this.peak, this.count);
    this.addBlock(0, this.count);
    this.count = 0;
  }

  /** A block of 2^level windows with so many records; two of them make one of the next level. */
  private addBlock(level: number, sum: number): void {
    this.moments[level]!.add(sum / 2 ** level);
    if (level + 1 === levels) return;
    this.sums[level + 1]! += sum;
    this.halves[level + 1]! ^= 1;
    if (this.halves[level + 1] === 1) return;
    const whole = this.sums[level + 1]!;
    this.sums[level + 1] = 0;
    this.addBlock(level + 1, whole);
  }

  private hurst(): number | null {
    const usable = this.moments.flatMap(({ count, variance }, level): [number, number][] =>
      count >= blocksMin && variance > 0 ? [[level * Math.LN2, Math.log(variance)]] : [],
    );
    if (usable.length < lengthsMin) return null;
    return 1 + linearRegression(usable).m / 2;
  }
}
