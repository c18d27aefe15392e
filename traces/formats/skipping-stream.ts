/** A file of records in which bad ones may be stepped over: what the streams of all formats share. It knows no syntax. */
import type { RecordStream } from './merging-reader.js';
import type { Skips } from './skips.js';
import type { TimeWindow } from './time-window.js';

export abstract class SkippingStream implements RecordStream {
  private hasBegun = false;

  constructor(private readonly skips: Skips) {}

  /** Reads what stands before the first record. Throws InputError where it is not what is expected. */
  protected begin(): void {}
  /** Steps to the next line or record; false at the end. Throws InputError where the file cannot be read on. */
  protected abstract advance(): boolean;
  /** Decodes it; pushes at most one record. Throws BadRecord where it is none. */
  protected abstract decode(window: TimeWindow): void;
  /** Lets go of the file. */
  protected abstract release(): void;

  fill(window: TimeWindow): void {
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.begin();
    }
    while (window.hasRoom) {
      if (!this.advance()) {
        window.isEnded = true;
        return;
      }
      try {
        this.decode(window);
      } catch (error) {
        this.skips.note(error);
      }
    }
  }

  close(): void {
    this.release();
    this.skips.report();
  }
}
