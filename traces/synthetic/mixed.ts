/** A mix of sequential runs and uniformly random requests with exponential arrivals: for benchmarks and tests, not a model of any program. */
import { InputError } from '../../sim/errors.js';
import { RandomStream } from '../../sim/random.js';
import { GiB, KiB, millisecond, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { TraceOp, type TraceBatch, type TraceReader } from '../batch.js';
import { workload } from './workload.js';

export const mixed = workload({
  about: 'sequential runs and uniformly random requests of two sizes, with exponential arrivals',
  options: {
    requests: { kind: 'count', about: 'how many', default: 1_000_000, min: 1 },
    disk: { kind: 'size', about: 'the requests lie below this', default: 10 * GiB, min: 4 * KiB },
    smallest: { kind: 'size', about: 'the unit of sizes and offsets', default: 4 * KiB, min: 512, powerOfTwo: true },
    largest: { kind: 'size', about: 'sizes are uniform from the smallest to this', default: 64 * KiB, min: 512 },
    readPercent: { kind: 'count', about: 'share of reads', default: 50, max: 100 },
    sequentialPercent: { kind: 'count', about: 'share of requests that begin where the one before ended', default: 50, max: 100 },
    flushEvery: { kind: 'count', about: 'a flush follows each so many requests, 0: never', default: 0 },
    meanGap: { kind: 'time', about: 'mean time between arrivals', default: millisecond },
  },
  open(values, seed): TraceReader {
    if (values.largest < values.smallest || values.largest > values.disk) {
      throw new InputError('mixed.largest', String(values.largest), 'a size from `smallest` to `disk`');
    }
    return new MixedReader(values, seed);
  },
  reach: ({ disk }) => ({ option: 'disk', end: disk }),
});

interface MixedValues {
  readonly requests: number;
  readonly disk: Bytes;
  readonly smallest: Bytes;
  readonly largest: Bytes;
  readonly readPercent: number;
  readonly sequentialPercent: number;
  readonly flushEvery: number;
  readonly meanGap: Nanoseconds;
}

class MixedReader implements TraceReader {
  private readonly kinds: RandomStream;
  private readonly places: RandomStream;
  private readonly arrivals: RandomStream;
  private made = 0;
  private sinceFlush = 0;
  private time: Nanoseconds = 0;
  private end: Bytes = 0;

  constructor(
    private readonly values: MixedValues,
    seed: number | string,
  ) {
    this.kinds = new RandomStream(seed, 'mixed/kinds');
    this.places = new RandomStream(seed, 'mixed/places');
    this.arrivals = new RandomStream(seed, 'mixed/arrivals');
  }

  read(batch: TraceBatch): number {
    batch.size = 0;
    while (batch.size < batch.capacity && this.made < this.values.requests) {
      this.pushNext(batch);
      this.made++;
    }
    return batch.size;
  }

  close(): void {}

  private pushNext(batch: TraceBatch): void {
    const { disk, smallest, largest, readPercent, sequentialPercent, flushEvery, meanGap } = this.values;
    if (this.made > 0) this.time += Math.round(this.arrivals.exponential(meanGap));
    if (flushEvery > 0 && this.sinceFlush === flushEvery) {
      this.sinceFlush = 0;
      batch.push(this.time, TraceOp.FLUSH, 0, 0);
      return;
    }
    this.sinceFlush++;
    const op = this.kinds.chance(readPercent / 100) ? TraceOp.READ : TraceOp.WRITE;
    const isSequential = this.kinds.chance(sequentialPercent / 100);
    const bytes = smallest * (1 + this.places.below(Math.floor(largest / smallest)));
    const random = smallest * this.places.below(Math.floor((disk - bytes) / smallest) + 1);
    const offset = isSequential && this.end + bytes <= disk ? this.end : random;
    this.end = offset + bytes;
    batch.push(this.time, op, offset, bytes);
  }
}
