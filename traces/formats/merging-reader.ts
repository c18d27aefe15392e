/** Merges streams of records by time: the per-CPU files of one recording, or just one file, whose small disorder it puts in order. */
import type { TraceBatch, TraceReader } from '../batch.js';
import { TimeWindow } from './time-window.js';

/** One file of a trace, decoded. It knows nothing of other files; its times may count from anywhere. */
export interface RecordStream {
  /** Decodes until `window` has no room or nothing is left (and sets `isEnded`). Throws InputError at what is no record. */
  fill(window: TimeWindow): void;
  close(): void;
}

export class MergingReader implements TraceReader {
  private readonly windows: readonly TimeWindow[];
  private hasRead = false;

  /**
   * @param streams earlier ones first where times are equal
   * @param refuseEmpty throws the InputError that says why there is no record at all
   * @param origin the streams' time from which times count; the first record's where it is not given
   */
  constructor(
    private readonly streams: readonly RecordStream[],
    private readonly refuseEmpty: () => never,
    private origin = NaN,
  ) {
    this.windows = streams.map(() => new TimeWindow());
  }

  read(batch: TraceBatch): number {
    batch.size = 0;
    while (batch.size < batch.capacity) {
      const first = this.earliest();
      if (first === null) break;
      this.hasRead = true;
      if (Number.isNaN(this.origin)) this.origin = first.firstTime;
      const until = this.limitFor(first);
      let count = Math.min(first.ready, batch.capacity - batch.size);
      do {
        first.takeInto(batch, this.origin);
        count--;
      } while (count > 0 && first.firstTime < until);
    }
    if (!this.hasRead) this.refuseEmpty();
    return batch.size;
  }

  close(): void {
    for (const stream of this.streams) stream.close();
  }

  /** The window that holds the earliest record; null at the end. */
  private earliest(): TimeWindow | null {
    let first: TimeWindow | null = null;
    for (let i = 0; i < this.windows.length; i++) {
      const window = this.windows[i]!;
      if (window.ready === 0 && !window.isEnded) this.streams[i]!.fill(window);
      if (window.size > 0 && (first === null || window.firstTime < first.firstTime)) first = window;
    }
    return first;
  }

  /** The earliest time of the other windows. */
  private limitFor(first: TimeWindow): number {
    let until = Infinity;
    for (const window of this.windows) {
      if (window !== first && window.size > 0) until = Math.min(until, window.firstTime);
    }
    return until;
  }
}
