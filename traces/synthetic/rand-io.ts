/**
 * RandIO, the FVD paper's micro-benchmark: aligned random I/O on a raw partition, in three phases. The first write reaches every
 * block of the touched share once, in random order; the second write again, in another order; the read in yet another.
 */
import { InputError } from '../../sim/errors.js';
import { choice } from '../../sim/options.js';
import { RandomPermutation, RandomStream } from '../../sim/random.js';
import { GiB, KiB, sectorBytes, type Bytes } from '../../sim/units.js';
import { TraceOp, type TraceBatch, type TraceReader } from '../batch.js';
import { workload } from './workload.js';

export const randIoPhases = ['first-write', 'second-write', 'read'] as const;
export type RandIoPhase = (typeof randIoPhases)[number];

export const randIo = workload({
  about: 'random I/O on a raw partition, closed loop: first write, second write, read of the same blocks, each in an order of its own',
  options: {
    phase: choice('which pass over the blocks', randIoPhases, 'first-write'),
    partitionOffset: { kind: 'size', about: 'where the partition begins on the disk', default: 0 },
    partitionSize: { kind: 'size', about: 'the partition', default: 50 * GiB, min: sectorBytes },
    block: { kind: 'size', about: 'size and alignment of each request', default: 64 * KiB, min: sectorBytes, powerOfTwo: true },
    touchedPercent: { kind: 'count', about: 'share of the blocks that is written and read, spread evenly', default: 100, min: 1, max: 100 },
    skip: { kind: 'count', about: 'requests of the phase that were done before', default: 0 },
    operations: { kind: 'count', about: 'requests of the phase, 0: all that remain, so that every touched block comes once', default: 0 },
  },
  open(values, seed): TraceReader {
    const blocks = Math.floor(values.partitionSize / values.block);
    if (blocks < 1 || blocks > 2 ** 32) {
      throw new InputError('rand-io.partitionSize', `${blocks} blocks`, 'a partition of 1 to 2^32 blocks');
    }
    const touched = Math.max(1, Math.floor((blocks * values.touchedPercent) / 100));
    const end = values.operations === 0 ? touched : values.skip + values.operations;
    if (values.skip > touched || end > touched) {
      throw new InputError('rand-io.operations', `${values.skip} + ${values.operations}`, `at most ${touched}, the touched blocks`);
    }
    const spread = new RandomPermutation(blocks, new RandomStream(seed, 'rand-io/touched'));
    // The first write takes the blocks in the order in which they are spread: more of the disk is then more of the same.
    const order = values.phase === 'first-write' ? null : new RandomPermutation(touched, new RandomStream(seed, `rand-io/${values.phase}`));
    const op = values.phase === 'read' ? TraceOp.READ : TraceOp.WRITE;
    return new RandIoReader(spread, order, values.skip, end, op, values.partitionOffset, values.block);
  },
  reach: ({ partitionOffset, partitionSize, block }) => ({
    option: 'partitionSize',
    end: partitionOffset + Math.floor(partitionSize / block) * block,
  }),
});

/** The touched blocks from `next` to `end` in this phase's order. Times are 0: each request follows the one before. */
class RandIoReader implements TraceReader {
  constructor(
    private readonly spread: RandomPermutation,
    private readonly order: RandomPermutation | null,
    private next: number,
    private readonly end: number,
    private readonly op: TraceOp,
    private readonly offset: Bytes,
    private readonly block: Bytes,
  ) {}

  read(batch: TraceBatch): number {
    batch.size = 0;
    while (batch.size < batch.capacity && this.next < this.end) {
      const i = this.next++;
      const block = this.spread.at(this.order === null ? i : this.order.at(i));
      batch.push(0, this.op, this.offset + block * this.block, this.block);
    }
    return batch.size;
  }

  close(): void {}
}
