/** What a method of memory snapshots does, as slices of a timeline: its epochs, the guest's downtime, and the thread that saves. It decides nothing. */
import type { Timeline } from '../../sim/timeline.js';
import type { Nanoseconds } from '../../sim/units.js';
import type { EpochKind } from './memory-image.js';

export class MethodTimeline {
  private readonly epochs: number;
  private readonly downtime: number;
  private readonly thread: number;
  private readonly kinds: Readonly<Record<EpochKind, number>>;
  private readonly stops: number;
  private readonly works: number;
  private readonly writes: number;
  private readonly flushes: number;
  private readonly syncs: number;

  constructor(private readonly timeline: Timeline) {
    this.epochs = timeline.addLane('snapshots');
    this.downtime = timeline.addLane('downtime');
    this.thread = timeline.addLane('flush thread');
    this.kinds = { full: timeline.addName('full snapshot'), incremental: timeline.addName('incremental snapshot') };
    this.stops = timeline.addName('guest stopped');
    this.works = timeline.addName('copies and scans');
    this.writes = timeline.addName('writes to the file');
    this.flushes = timeline.addName('flushes a slice');
    this.syncs = timeline.addName('waits for the disk');
  }

  epoch(kind: EpochKind, begun: Nanoseconds, ended: Nanoseconds): void {
    this.timeline.slice(this.epochs, this.kinds[kind], begun, ended);
  }

  stopped(from: Nanoseconds, to: Nanoseconds): void {
    this.timeline.slice(this.downtime, this.stops, from, to);
  }

  worked(from: Nanoseconds, to: Nanoseconds): void {
    this.timeline.slice(this.thread, this.works, from, to);
  }

  wrote(from: Nanoseconds, to: Nanoseconds): void {
    this.timeline.slice(this.thread, this.writes, from, to);
  }

  flushed(from: Nanoseconds, to: Nanoseconds): void {
    this.timeline.slice(this.thread, this.flushes, from, to);
  }

  synced(from: Nanoseconds, to: Nanoseconds): void {
    this.timeline.slice(this.thread, this.syncs, from, to);
  }
}
