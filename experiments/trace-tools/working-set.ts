/** How much of the disk a trace touches within windows of time. */
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { TraceOp, type TraceBatch } from '../../traces/batch.js';
import { UnitBitmap, unitBytes } from './unit-bitmap.js';

export interface WorkingSet {
  readonly windowSeconds: number;
  /** Whole windows of that length; those in which nothing happens count. */
  readonly windows: number;
  /** Of the 4 KiB units that are read or written in a window. */
  readonly meanBytes: Bytes;
  readonly maxBytes: Bytes;
}

class Window {
  private readonly used = new UnitBitmap();
  private number = 0;
  private ended = 0;
  private sum = 0;
  private most = 0;

  constructor(private readonly length: Nanoseconds) {}

  moveTo(time: Nanoseconds): void {
    const number = Math.floor(time / this.length);
    if (number === this.number) return;
    this.sum += this.used.count;
    this.most = Math.max(this.most, this.used.count);
    this.ended += number - this.number; // empty ones in between
    this.number = number;
    this.used.clear();
  }

  add(unit: number): void {
    this.used.add(unit);
  }

  get result(): WorkingSet | null {
    if (this.ended === 0) return null;
    return {
      windowSeconds: this.length / second,
      windows: this.ended,
      meanBytes: (this.sum / this.ended) * unitBytes,
      maxBytes: this.most * unitBytes,
    };
  }
}

/** Windows of a second, a minute and an hour. */
export class WorkingSetPass {
  private readonly windows = [1, 60, 3600].map((seconds) => new Window(seconds * second));

  /** Takes in the next records of the trace. */
  add(batch: TraceBatch): void {
    for (const window of this.windows) {
      for (let i = 0; i < batch.size; i++) {
        window.moveTo(batch.time[i]!);
        if (batch.op[i]! > TraceOp.WRITE) continue;
        const afterLast = Math.ceil((batch.offset[i]! + batch.bytes[i]!) / unitBytes);
        for (let unit = Math.floor(batch.offset[i]! / unitBytes); unit < afterLast; unit++) window.add(unit);
      }
    }
  }

  /** Those of which the trace has at least one whole window. */
  get results(): readonly WorkingSet[] {
    return this.windows.flatMap((window) => window.result ?? []);
  }
}
