/** What ConSnap's flush-speed control promises, measured slice by slice: how fast each was flushed, against what it had left of the bandwidth. */
import type { FlushController, FlushView } from '../../models/flush/flush-controller.js';
import { second, sectorBytes } from '../../sim/units.js';

export class SliceWatch implements FlushController {
  /** Flush rate over R_available of the period before, the highest of all slices. */
  highest = 0;
  slices = 0;
  /** Of the slice before: its bytes, and R_available at its begin; null at the begin of an epoch. */
  private before: { readonly bytes: number; readonly available: number } | null = null;

  /**
   * @param bandwidth R_IO, bytes a second
   * @param least what R_available is never below
   */
  constructor(
    private readonly controller: FlushController,
    private readonly bandwidth: number,
    private readonly least: number,
  ) {}

  begin(): void {
    this.before = null;
    this.controller.begin();
  }

  pause(view: FlushView): number {
    if (this.before !== null) {
      const rate = (this.before.bytes * second) / view.interval;
      this.highest = Math.max(this.highest, rate / this.before.available);
      this.slices += 1;
    }
    const guest = view.interval > 0 ? (view.guestSectors * sectorBytes * second) / view.interval : 0;
    this.before = { bytes: view.sliceBytes, available: Math.max(this.least, this.bandwidth - guest) };
    return this.controller.pause(view);
  }
}
