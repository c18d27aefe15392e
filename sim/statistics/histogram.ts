/**
 * A log-linear histogram of nanoseconds: 64 buckets an octave, so a quantile is known to within 1/64 (1.6 %) of its value,
 * in constant memory whatever the number of samples. Below 64 ns every value has a bucket of its own.
 */
import type { Nanoseconds } from '../units.js';

const SUB_BITS = 6;
const SUB = 1 << SUB_BITS;
const OCTAVES = 40;

export class Histogram {
  static readonly buckets = SUB * (OCTAVES + 1);
  /** The largest relative width of a bucket. */
  static readonly relativeError = 1 / SUB;

  readonly counts = new Float64Array(Histogram.buckets);
  count = 0;
  sum = 0.5 - 0.5;
  min: Nanoseconds = Infinity;
  max: Nanoseconds = -Infinity;

  /** Adds a sample; answers the index of its bucket. */
  add(value: Nanoseconds): number {
    this.count += 1;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const index = Histogram.indexOf(value);
    this.counts[index]! += 1;
    return index;
  }

  get mean(): Nanoseconds {
    return this.count === 0 ? NaN : this.sum / this.count;
  }

  /** The value below which a share `q` of the samples lies: the middle of its bucket, kept within [min, max]. NaN where there are none. */
  quantile(q: number): Nanoseconds {
    const index = this.bucketOfQuantile(q);
    if (index < 0) return NaN;
    const middle = (Histogram.lowerBound(index) + Histogram.lowerBound(index + 1)) / 2;
    return Math.min(this.max, Math.max(this.min, middle));
  }

  /** The index of the bucket that holds quantile `q`; -1 where there are no samples. */
  bucketOfQuantile(q: number): number {
    if (this.count === 0) return -1;
    const rank = Math.max(1, Math.ceil(q * this.count));
    let seen = 0;
    for (let i = 0; i < this.counts.length; i++) {
      seen += this.counts[i]!;
      if (seen >= rank) return i;
    }
    return this.counts.length - 1;
  }

  merge(other: Histogram): void {
    for (let i = 0; i < this.counts.length; i++) this.counts[i]! += other.counts[i]!;
    this.count += other.count;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** The bucket of a value. Values beyond 2^46 ns (19 hours) share the last one. */
  static indexOf(value: Nanoseconds): number {
    if (value < SUB) return value < 0 ? 0 : value | 0;
    let scaled = value;
    let octave = 0;
    // Halving by 2^16, 2^8 .. is exact, and keeps the number within 32 bits for the shift below.
    if (scaled >= 2147483648) {
      scaled = Math.floor(scaled / 65536);
      octave = 16;
      if (scaled >= 2147483648) return Histogram.buckets - 1;
    }
    const shift = 31 - Math.clz32(scaled) - SUB_BITS;
    if (shift > 0) {
      octave += shift;
      scaled >>= shift;
    }
    const index = SUB * octave + (scaled | 0);
    return index < Histogram.buckets ? index : Histogram.buckets - 1;
  }

  /** The least value that falls into a bucket. */
  static lowerBound(index: number): Nanoseconds {
    if (index < SUB * 2) return index;
    const octave = Math.floor(index / SUB) - 1;
    return (SUB + (index % SUB)) * 2 ** octave;
  }
}
