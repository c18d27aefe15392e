/** `snapsim trace cut`: a part of a trace, by time, by number of records, by place on the disk. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { TraceOp, type TraceBatch, type TraceReader } from '../../traces/batch.js';
import { TransformingReader } from './transforming-reader.js';

/** What is kept: records that satisfy all of it. */
export interface Cut {
  /** Times from `begin` to before `end`, since the first record. */
  readonly begin: Nanoseconds;
  readonly end: Nanoseconds;
  /** Records that are left out at first, and how many are kept after them; of those within the times and places. */
  readonly skip: number;
  readonly count: number;
  /**
   * Places from `from` to before `to`. A request that reaches beyond them is clipped; flushes are kept. With `rebase`, offsets count
   * from `from`.
   */
  readonly from: Bytes;
  readonly to: Bytes;
  readonly rebase: boolean;
}

export const wholeTrace: Cut = { begin: 0, end: Infinity, skip: 0, count: Infinity, from: 0, to: Infinity, rebase: false };

/** The part of `source` that `cut` says. Throws InputError where it is empty, and as the source does. */
export class CutReader extends TransformingReader {
  private passed = 0;
  private kept = 0;
  private isBeyond = false;

  constructor(
    source: TraceReader,
    private readonly cut: Cut,
  ) {
    super(source, 'the part to cut');
  }

  protected override isOver(): boolean {
    return this.isBeyond || this.kept === this.cut.count;
  }

  protected transform(input: TraceBatch, i: number): boolean {
    const { cut } = this;
    const time = input.time[i]!;
    this.isBeyond = time >= cut.end;
    if (time < cut.begin || this.isBeyond) return true;
    const op = input.op[i]!;
    const isFlush = op === TraceOp.FLUSH;
    const begin = isFlush ? 0 : Math.max(cut.from, input.offset[i]!);
    const end = isFlush ? 0 : Math.min(cut.to, input.offset[i]! + input.bytes[i]!);
    if (!isFlush && end <= begin) return true;
    if (this.passed++ < cut.skip) return true;
    this.kept++;
    this.emit(time, op, isFlush || !cut.rebase ? begin : begin - cut.from, end - begin, input.response[i]!);
    return true;
  }
}
