/** `snapsim trace merge`: several traces as one, by time. */
import { InputError } from '../../sim/errors.js';
import { formatBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { TraceBatch, TraceOp, type TraceReader } from '../../traces/batch.js';
import { MergingReader, type RecordStream } from '../../traces/formats/merging-reader.js';
import type { TimeWindow } from '../../traces/formats/time-window.js';

export interface MergePart {
  readonly reader: TraceReader;
  /** When its first record comes, in the merged trace. */
  readonly shift: Nanoseconds;
  /** Where its disk begins on the merged one. */
  readonly place: Bytes;
}

/** One trace of several by time; of equal times the earlier part comes first. Times count from the first record. Closes all parts. */
export const mergeTraces = (parts: readonly MergePart[]): TraceReader =>
  new MergingReader(
    parts.map((part) => new PartStream(part)),
    () => {
      throw new InputError('the merged traces', 'no record', 'at least one');
    },
  );

class PartStream implements RecordStream {
  private readonly batch = new TraceBatch();
  private at = 0;

  constructor(private readonly part: MergePart) {}

  fill(window: TimeWindow): void {
    const { batch, part } = this;
    while (window.hasRoom) {
      if (this.at === batch.size) {
        this.at = 0;
        if (part.reader.read(batch) === 0) {
          window.isEnded = true;
          return;
        }
      }
      const i = this.at++;
      const op = batch.op[i]!;
      const offset = op === TraceOp.FLUSH ? 0 : batch.offset[i]! + part.place;
      if (offset + batch.bytes[i]! > Number.MAX_SAFE_INTEGER)
        throw new InputError('--place', formatBytes(part.place), 'places on a disk below 2^53 bytes');
      window.push(batch.time[i]! + part.shift, op, offset, batch.bytes[i]!, batch.response[i]);
    }
  }

  close(): void {
    this.part.reader.close();
  }
}
