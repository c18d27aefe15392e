/** A reader that makes none, one or several records of each record of another. It counts times from the first that it yields. */
import { InputError } from '../../sim/errors.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { TraceBatch, type TraceReader } from '../../traces/batch.js';

export abstract class TransformingReader implements TraceReader {
  private readonly input = new TraceBatch();
  private at = 0;
  private origin = NaN;
  private out = this.input;

  /** @param what names the result where nothing is left, for the error */
  constructor(
    private readonly source: TraceReader,
    private readonly what: string,
  ) {}

  /**
   * Yields what becomes of record `i` by `emit`, at most one record a call. Answers whether it is done with the record: if not, it is
   * called with it again.
   */
  protected abstract transform(input: TraceBatch, i: number): boolean;

  /** Whether nothing that comes from here on can be of use. */
  protected isOver(): boolean {
    return false;
  }

  protected emit(time: Nanoseconds, op: number, offset: Bytes, bytes: Bytes, response: Nanoseconds): void {
    if (Number.isNaN(this.origin)) this.origin = time;
    this.out.push(time - this.origin, op, offset, bytes, response);
  }

  read(batch: TraceBatch): number {
    batch.size = 0;
    this.out = batch;
    while (batch.size < batch.capacity && !this.isOver() && this.hasRecord()) {
      if (this.transform(this.input, this.at)) this.at++;
    }
    if (Number.isNaN(this.origin)) throw new InputError(this.what, 'no record', 'at least one of the trace');
    return batch.size;
  }

  close(): void {
    this.source.close();
  }

  private hasRecord(): boolean {
    if (this.at < this.input.size) return true;
    this.at = 0;
    return this.source.read(this.input) > 0;
  }
}
