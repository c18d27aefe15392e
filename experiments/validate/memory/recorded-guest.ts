/**
 * The guest of the recordings: a program that writes pages of a working set in bursts, a hundred a second: in order, anywhere, or nine in
 * ten in the first tenth. It starts once the memory holds as many pages as the recording found.
 */
import { RandomStream } from '../../../sim/random.js';
import { MiB, millisecond, type Nanoseconds } from '../../../sim/units.js';
import type { GuestStep, MemoryWorkload } from '../../../traces/memory/guest-step.js';
import { PageRuns } from '../../../traces/memory/page-runs.js';
import type { MigrationTruth } from './truth.js';

const pageBytes = 4096;
const burst: Nanoseconds = 10 * millisecond;

export class RecordedGuest implements MemoryWorkload {
  readonly pages: number;
  readonly resident = new PageRuns();
  private readonly random = new RandomStream(1, 'recorded-guest');
  private readonly working: number;
  private time: Nanoseconds = 0;
  private written = 0;
  private owed = 0;

  /** @param rate pages a second that the program really wrote */
  constructor(
    private readonly truth: MigrationTruth,
    private readonly rate: number,
  ) {
    const { ram } = truth.result;
    this.pages = ram.total / pageBytes;
    this.working = (truth.guest.ws * MiB) / pageBytes;
    this.resident.add(0, this.pages - Math.min(ram.duplicate, this.pages));
  }

  next(step: GuestStep): boolean {
    step.notBefore = this.time;
    this.owed += this.rate / 100;
    for (; this.owed >= 1; this.owed--) step.writes.add(this.nextPage(), 1);
    this.time += burst;
    return true;
  }

  close(): void {}

  private nextPage(): number {
    const { random, working } = this;
    const { pat } = this.truth.guest;
    if (pat === 'seq') return this.written++ % working;
    if (pat === 'rand' || random.chance(0.1)) return random.below(working);
    return random.below(Math.max(1, Math.floor(working / 10)));
  }
}
