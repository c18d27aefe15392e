/**
 * `snapsim trace remap`: a trace of a larger disk on a smaller one.
 *
 * - modulo: places repeat after the size of the disk. Runs stay runs and neighbours neighbours, but far areas fall on one another: the
 *   footprint shrinks, blocks are overwritten and found again that were different ones, seeks get shorter.
 * - linear: places shrink in proportion, by blocks of 4 KiB. The order of places and relative distances stay, but requests keep their sizes:
 *   what was next to each other overlaps, so runs become rewrites.
 * - packed: what is never touched is left out. Every block stays itself, so reuse, overwrites and runs stay as they are; only gaps vanish,
 *   so seeks get shorter. It needs a footprint that fits; discards of what nobody reads or writes are left out.
 */
import { InputError } from '../../sim/errors.js';
import { formatBytes, type Bytes } from '../../sim/units.js';
import { TraceBatch, TraceOp, type TraceReader } from '../../traces/batch.js';
import { TouchedPass } from './touched.js';
import { TransformingReader } from './transforming-reader.js';
import { unitBytes } from './unit-bitmap.js';
import type { UnitRanks } from './unit-ranks.js';

export const remapKinds = ['modulo', 'linear', 'packed'] as const;
export type RemapKind = (typeof remapKinds)[number];

/** `open` is called twice where the whole trace must be known first. Throws InputError where it cannot fit, and as the reader does. */
export function remapped(open: () => TraceReader, kind: RemapKind, disk: Bytes): TraceReader {
  if (kind === 'modulo') return new FoldedReader(open(), disk, (offset) => offset % disk);
  const touched = passOver(open);
  const { highestEnd, footprintBytes } = touched.totals;
  if (kind === 'linear') {
    const factor = Math.min(1, disk / highestEnd);
    return new FoldedReader(
      open(),
      disk,
      (offset) => Math.floor(Math.floor(offset / unitBytes) * factor) * unitBytes + (offset % unitBytes),
    );
  }
  if (footprintBytes > disk) {
    throw new InputError('--disk', formatBytes(disk), `at least the footprint of ${formatBytes(footprintBytes)}, or --by modulo or linear`);
  }
  return new PackedReader(open(), touched.usedRanks);
}

function passOver(open: () => TraceReader): TouchedPass {
  const reader = open();
  try {
    const batch = new TraceBatch();
    const pass = new TouchedPass();
    while (reader.read(batch) > 0) pass.add(batch);
    return pass;
  } finally {
    reader.close();
  }
}

/** Requests go where `place` says; one that would reach beyond the disk ends with it. */
class FoldedReader extends TransformingReader {
  constructor(
    source: TraceReader,
    private readonly disk: Bytes,
    private readonly place: (offset: Bytes) => Bytes,
  ) {
    super(source, 'the remapped trace');
  }

  protected transform(input: TraceBatch, i: number): boolean {
    const op = input.op[i]!;
    const bytes = input.bytes[i]!;
    if (bytes > this.disk)
      throw new InputError('--disk', formatBytes(this.disk), `at least the ${formatBytes(bytes)} of the largest request`);
    const offset = op === TraceOp.FLUSH ? 0 : Math.min(this.place(input.offset[i]!), this.disk - bytes);
    this.emit(input.time[i]!, op, offset, bytes, input.response[i]!);
    return true;
  }
}

class PackedReader extends TransformingReader {
  constructor(
    source: TraceReader,
    private readonly used: UnitRanks,
  ) {
    super(source, 'the remapped trace');
  }

  protected transform(input: TraceBatch, i: number): boolean {
    const op = input.op[i]!;
    const time = input.time[i]!;
    const offset = input.offset[i]!;
    const bytes = input.bytes[i]!;
    const response = input.response[i]!;
    if (op === TraceOp.FLUSH) this.emit(time, op, 0, 0, response);
    else if (op === TraceOp.DISCARD) {
      const begin = this.used.below(Math.ceil(offset / unitBytes));
      const end = this.used.below(Math.max(Math.ceil(offset / unitBytes), Math.floor((offset + bytes) / unitBytes)));
      if (end > begin) this.emit(time, op, begin * unitBytes, (end - begin) * unitBytes, response);
    } else this.emit(time, op, this.used.below(Math.floor(offset / unitBytes)) * unitBytes + (offset % unitBytes), bytes, response);
    return true;
  }
}
