/** A trace of one record a line. It knows lines, not what stands in them. */
import type { LineWindow } from '../source/line-window.js';
import { SkippingStream } from './skipping-stream.js';
import type { Skips } from './skips.js';

export abstract class LineStream extends SkippingStream {
  constructor(
    protected readonly lines: LineWindow,
    skips: Skips,
  ) {
    super(skips);
  }

  protected advance(): boolean {
    return this.lines.next();
  }

  protected release(): void {
    this.lines.close();
  }
}
