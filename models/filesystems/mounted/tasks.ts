/**
 * Who goes on and who waits: activities that are ready run one after another until none is, each as far as it can. Time that an activity waited is
 * charged where it belongs. It knows no disk.
 */
import type { Kernel } from '../../../sim/kernel.js';
import { Part, parts, type HostIo } from '../../io/host-io.js';
import type { FilePart } from '../file-system.js';
import type { Activity } from './activity.js';

export class Tasks {
  private first: Activity | null = null;
  private last: Activity | null = null;
  private isRunning = false;

  constructor(private readonly kernel: Kernel) {}

  /** What the activity waited for is there: brought by `io`, or by something that is no I/O. */
  wake(activity: Activity, io: HostIo | null): void {
    this.charge(activity, io);
    activity.next = null;
    if (this.last === null) this.first = activity;
    else this.last.next = activity;
    this.last = activity;
  }

  /** Runs all that are ready. */
  run(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.first !== null) {
      const activity = this.first;
      this.first = activity.next;
      if (this.first === null) this.last = null;
      activity.program!.run(activity);
    }
    this.isRunning = false;
  }

  /** The time since the last charge: the parts of the I/O that ended it, the last of them where it began before; the rest where the activity waits. */
  charge(activity: Activity, io: HostIo | null): void {
    const { now } = this.kernel;
    const { spent } = activity;
    let left = now - activity.since;
    activity.since = now;
    if (io !== null) {
      for (let part: number = parts - 1; part >= (Part.QUEUE as number); part--) {
        const taken = Math.min(left, io.spent[part]!);
        spent[part]! += taken;
        left -= taken;
      }
    }
    spent[activity.waitsIn]! += left;
  }
}

/** Activities that wait for the same kind of thing, in the order of their coming. */
export class WaitList {
  private first: Activity | null = null;
  private last: Activity | null = null;

  /** @param isOver whether what the activity waits for is there */
  constructor(
    private readonly tasks: Tasks,
    private readonly charged: FilePart,
    private readonly isOver: (activity: Activity) => boolean,
  ) {}

  get isEmpty(): boolean {
    return this.first === null;
  }

  add(activity: Activity): void {
    activity.waitsIn = this.charged;
    activity.next = null;
    if (this.last === null) this.first = activity;
    else this.last.next = activity;
    this.last = activity;
  }

  /** Lets all those go on whose wait is over; `io` is what ended it, if it was an I/O. */
  wake(io: HostIo | null): void {
    let activity = this.first;
    this.first = this.last = null;
    while (activity !== null) {
      const next: Activity | null = activity.next;
      if (this.isOver(activity)) this.tasks.wake(activity, io);
      else this.add(activity);
      activity = next;
    }
  }

  /** Lets the first go on whose wait is over, and answers it. */
  wakeFirst(): Activity | null {
    let previous: Activity | null = null;
    for (let activity = this.first; activity !== null; previous = activity, activity = activity.next) {
      if (!this.isOver(activity)) continue;
      if (previous === null) this.first = activity.next;
      else previous.next = activity.next;
      if (this.last === activity) this.last = previous;
      this.tasks.wake(activity, null);
      return activity;
    }
    return null;
  }
}
