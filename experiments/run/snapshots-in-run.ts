/** Snapshots that are taken while a guest is at work: when, and what they took. It knows no format. */
import type { ControlOperation } from '../../models/io/control-operation.js';
import { Op } from '../../models/io/image-format.js';
import type { VirtualDisk } from '../../models/io/virtual-disk.js';
import { InputError } from '../../sim/errors.js';
import type { Kernel, Timer } from '../../sim/kernel.js';
import { formatTime, type Nanoseconds } from '../../sim/units.js';

/** Times since the start of a run: listed, in ascending order, or at multiples of a time. */
export type SnapshotTimes = { readonly at: readonly Nanoseconds[] } | { readonly every: Nanoseconds };

/** What the snapshots of a run took, in ms; the time from the request for one to its end, of which requests in flight took the drain. */
export interface SnapshotSummary {
  /** Those that were listed, or whose time came before the end of the run. */
  readonly askedFor: number;
  readonly taken: number;
  /** Those of which the run was over before their turn came. */
  readonly notTaken: number;
  readonly meanMs: number | null;
  readonly longestMs: number | null;
  readonly meanDrainMs: number | null;
}

/** Snapshots that may be due at a time. */
const backlogAtMost = 2000;

export class SnapshotsInRun {
  private asked = 0;
  private taken = 0;
  private total: Nanoseconds = 0;
  private longest: Nanoseconds = 0;
  private drain: Nanoseconds = 0;
  private readonly timer: Timer;

  /**
   * @param what whose snapshots they are, for errors
   * @param onDone called as each snapshot is done: requests have room again
   */
  constructor(
    private readonly kernel: Kernel,
    private readonly disk: VirtualDisk,
    private readonly times: SnapshotTimes,
    private readonly what: string,
    private readonly onDone: () => void,
  ) {
    this.timer = kernel.timer(() => this.take());
    this.schedule();
  }

  /** What became of them by now, the end of the run. */
  summary(): SnapshotSummary {
    const { times, taken, kernel } = this;
    const askedFor = 'at' in times ? times.at.length : Math.max(taken, Math.floor(kernel.now / times.every));
    const mean = (sum: Nanoseconds): number | null => (taken === 0 ? null : sum / taken / 1e6);
    return {
      askedFor,
      taken,
      notTaken: askedFor - taken,
      meanMs: mean(this.total),
      longestMs: taken === 0 ? null : this.longest / 1e6,
      meanDrainMs: mean(this.drain),
    };
  }

  /** One that is due while the one before is under way follows it, with requests that waited for room between them if there are any. */
  private schedule(): void {
    this.checkKeepsUp();
    const time = 'every' in this.times ? this.times.every * (this.asked + 1) : this.times.at[this.asked];
    if (time !== undefined) this.timer.startAt(Math.max(time, this.kernel.now));
  }

  /** Where each takes longer than the one before, as tables grow, the guest would never come to an end. */
  private checkKeepsUp(): void {
    if (!('every' in this.times)) return;
    const late = this.kernel.now / this.times.every - this.asked - 1;
    if (late <= backlogAtMost) return;
    throw new InputError(
      `snapshots of ${this.what} every ${formatTime(this.times.every)}`,
      `${Math.floor(late)} that are due after ${this.taken}, the longest of which took ${formatTime(this.longest)}`,
      'an interval that leaves time for the guest',
    );
  }

  private take(): void {
    this.asked += 1;
    const operation: ControlOperation = {
      op: Op.SNAPSHOT,
      snapshot: `s${this.asked}`,
      askedAt: 0,
      begunAt: 0,
      done: (now) => {
        const took = now - operation.askedAt;
        this.taken += 1;
        this.total += took;
        this.longest = Math.max(this.longest, took);
        this.drain += operation.begunAt - operation.askedAt;
        this.onDone();
        this.schedule();
      },
    };
    this.disk.operate(operation);
  }
}
