/** What a report wants to see of a run while it goes on: slices of its timeline, and what the drive serves, when and where. It changes nothing. */
import type { DriveObserver } from '../../models/devices/local-drive.js';
import type { HostIo } from '../../models/io/host-io.js';
import { Timeline } from '../../sim/timeline.js';
import { sectorBytes, type Nanoseconds } from '../../sim/units.js';

/** I/Os and slices that are kept; later ones are counted. */
const kept = 200_000;
/** Samples of the space that an image takes up. */
const spaceSamples = 150;

/** As long as a page can use. */
export const newWatchTimeline = (): Timeline => new Timeline({ limit: kept });

interface Clock {
  readonly now: Nanoseconds;
}

/** Asked now and then; `span` is about how long the run will take, ns. */
interface SpaceSource {
  readonly span: Nanoseconds;
  bytes(): number;
}

export class RunWatch implements DriveObserver {
  readonly timeline: Timeline;
  /** I/Os that the drive began to serve, and of these the first: when they were handed over, when they were begun, where on the drive. */
  count = 0;
  readonly submitted = new Float64Array(kept);
  readonly begun = new Float64Array(kept);
  readonly place = new Float64Array(kept);
  /** Times in ns and bytes. */
  space: { readonly at: Nanoseconds; readonly bytes: number }[] = [];
  private interval: Nanoseconds;
  private nextSpace: Nanoseconds;

  /**
   * @param clock of the run
   * @param allocated null where no image takes up space
   */
  constructor(
    private readonly clock: Clock,
    private readonly allocated: SpaceSource | null,
    timeline = newWatchTimeline(),
  ) {
    this.timeline = timeline;
    this.interval = allocated === null ? Infinity : allocated.span / spaceSamples;
    this.nextSpace = allocated === null ? Infinity : 0;
  }

  served(io: HostIo): void {
    const { now } = this.clock;
    if (now >= this.nextSpace) this.sampleSpace(now);
    const i = this.count++;
    if (i >= kept) return;
    this.submitted[i] = io.submitted;
    this.begun[i] = now;
    this.place[i] = io.sector * sectorBytes;
  }

  /** I/Os that are kept. */
  get ios(): number {
    return Math.min(this.count, kept);
  }

  /** A run may take far longer than was thought: then every other sample goes, and they come half as often. */
  private sampleSpace(now: Nanoseconds): void {
    this.space.push({ at: now, bytes: this.allocated!.bytes() });
    if (this.space.length >= 2 * spaceSamples) {
      this.space = this.space.filter((_, i) => i % 2 === 0);
      this.interval *= 2;
    }
    this.nextSpace = now + this.interval;
  }
}
