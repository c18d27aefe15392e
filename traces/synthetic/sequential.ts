/** Sequential I/O over a disk, or a part of it, by requests of one size, as a benchmark inside the hypervisor does it: fill, read, write again. */
import { InputError } from '../../sim/errors.js';
import { choice } from '../../sim/options.js';
import { GiB, MiB, sectorBytes, type Bytes } from '../../sim/units.js';
import { TraceOp, type TraceBatch, type TraceReader } from '../batch.js';
import { workload } from './workload.js';

export const sequential = workload({
  about: 'sequential I/O from the start of a range to its end, closed loop',
  options: {
    op: choice('what is done', ['write', 'read'], 'write'),
    offset: { kind: 'size', about: 'where the range begins', default: 0 },
    size: { kind: 'size', about: 'bytes of the range', default: GiB, min: sectorBytes },
    block: { kind: 'size', about: 'bytes of each request', default: MiB, min: sectorBytes },
    stride: {
      kind: 'size',
      about: 'from the start of one request to that of the next; 0: the block, so that nothing is left out',
      default: 0,
    },
  },
  open({ op, offset, size, block, stride }): TraceReader {
    if (stride !== 0 && stride < block) throw new InputError('sequential.stride', `${stride} B`, `0, or at least the block of ${block} B`);
    return new SequentialReader(op === 'read' ? TraceOp.READ : TraceOp.WRITE, offset, offset + size, block, stride === 0 ? block : stride);
  },
  reach: ({ offset, size }) => ({ option: 'size', end: offset + size }),
});

/** Times are 0: each request follows the one before. */
class SequentialReader implements TraceReader {
  constructor(
    private readonly op: TraceOp,
    private next: Bytes,
    private readonly end: Bytes,
    private readonly block: Bytes,
    private readonly stride: Bytes,
  ) {}

  read(batch: TraceBatch): number {
    batch.size = 0;
    while (batch.size < batch.capacity && this.next < this.end) {
      batch.push(0, this.op, this.next, Math.min(this.block, this.end - this.next));
      this.next += this.stride;
    }
    return batch.size;
  }

  close(): void {}
}
