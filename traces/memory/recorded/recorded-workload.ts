/**
 * A recording as a guest's steps. Which pages were written in an interval is known, when within it is not: their runs come in random order,
 * spread evenly, a step a quantum. The disk's log, where there is one, is joined by the clock: its requests come at their times, and a read
 * fills as many of the interval's pages as it has bytes, for the recording does not tell the writes of devices apart.
 */
import { RandomStream } from '../../../sim/random.js';
import { millisecond, type Bytes, type Nanoseconds } from '../../../sim/units.js';
import { TraceBatch, TraceOp, type TraceReader } from '../../batch.js';
import { openDiskLog } from '../../formats/nbdkit.js';
import { DiskUse, type GuestStep, type MemoryWorkload } from '../guest-step.js';
import { PageRuns } from '../page-runs.js';
import { FrameMap, survey } from './frame-map.js';
import { WrittenPages } from './written-pages.js';

const pageBytes: Bytes = 4096;
const quantum: Nanoseconds = 5 * millisecond;

export interface RecordedSettings {
  /** The guest's memory; more where the recording needs it. */
  readonly memory: Bytes;
  /** Share of the guest's time, 0 to 1, in which its processor is at work: what is left can make up for delays. */
  readonly busy: number;
  /** The page cache's recording of the same run, and the log of its disk; null where there is none. */
  readonly pageCache: string | null;
  readonly diskLog: string | null;
  /** How long before the recording the disk's log begins. */
  readonly diskLogLead: Nanoseconds;
  readonly seed: number | string;
}

export class RecordedWorkload implements MemoryWorkload {
  readonly pages: number;
  readonly resident = new PageRuns();
  /** Length of the recording. */
  readonly duration: Nanoseconds;
  private readonly map: FrameMap;
  private readonly written: WrittenPages;
  private readonly cached: WrittenPages | null;
  private readonly disk: TraceReader | null;
  private readonly requests = new TraceBatch();
  private request = 0;
  private readonly random: RandomStream;
  private readonly raw = new PageRuns();
  private readonly cachedRaw = new PageRuns();
  private hasCached = false;
  /** Runs of the current interval, and how many of them were used. */
  private readonly runs = new PageRuns();
  private used = 0;
  /** Of the current interval, and of the step at hand, since the begin of the recording. */
  private intervalBegin: Nanoseconds = 0;
  private intervalEnd: Nanoseconds = 0;
  private time: Nanoseconds = 0;
  private readonly began: Nanoseconds;

  /** Reads the recording once for what pages it names. Throws InputError where a file is none. */
  constructor(
    path: string,
    private readonly settings: RecordedSettings,
  ) {
    const { memory, pageCache, diskLog, seed } = settings;
    const found = survey(pageCache === null ? [path] : [path, pageCache]);
    this.map = new FrameMap(found, found.pages > memory / pageBytes);
    this.pages = Math.max(this.map.pages, Math.ceil(memory / pageBytes));
    this.written = new WrittenPages(path);
    this.cached = pageCache === null ? null : new WrittenPages(pageCache);
    this.disk = diskLog === null ? null : openDiskLog(diskLog);
    this.began = this.written.began > 0 ? this.written.began : found.began;
    this.duration = found.ended - this.began;
    this.random = new RandomStream(seed, 'recorded-memory');
    this.hasCached = this.cached?.read(this.cachedRaw) ?? false;
  }

  /** How far into the recording the steps are that were taken. */
  get position(): Nanoseconds {
    return this.time;
  }

  next(step: GuestStep): boolean {
    if (this.time >= this.intervalEnd && !this.readInterval()) return false;
    const end = Math.min(this.intervalEnd, this.time + quantum);
    const arrival = this.nextRequest();
    if (arrival < end) {
      this.takeRequest(step);
      step.processorTime = Math.max(0, arrival - this.time) * this.settings.busy;
      step.notBefore = Math.max(this.time, arrival - step.processorTime);
      this.takeRuns(step.writes, arrival);
      this.time = Math.max(this.time, arrival);
      return true;
    }
    step.notBefore = this.time;
    step.processorTime = (end - this.time) * this.settings.busy;
    this.takeRuns(step.writes, end);
    this.time = end;
    return true;
  }

  close(): void {
    this.written.close();
    this.cached?.close();
    this.disk?.close();
  }

  private readInterval(): boolean {
    if (!this.written.read(this.raw)) return false;
    this.runs.clear();
    this.used = 0;
    this.intervalBegin = this.intervalEnd;
    this.intervalEnd = this.written.end - this.began;
    this.take(this.raw);
    while (this.hasCached && this.cached!.end <= this.written.end) {
      this.take(this.cachedRaw);
      this.hasCached = this.cached!.read(this.cachedRaw);
    }
    this.shuffle();
    return true;
  }

  private take(raw: PageRuns): void {
    for (let i = 0; i < raw.size; i++) this.map.add(raw.first[i]!, raw.count[i]!, this.runs);
  }

  private shuffle(): void {
    const { first, count, size } = this.runs;
    for (let i = size - 1; i > 0; i--) {
      const j = this.random.below(i + 1);
      const [f, c] = [first[i]!, count[i]!];
      first[i] = first[j]!;
      count[i] = count[j]!;
      first[j] = f;
      count[j] = c;
    }
  }

  /** Takes the runs whose share of the interval is over at `until`. */
  private takeRuns(into: PageRuns, until: Nanoseconds): void {
    const share = (until - this.intervalBegin) / (this.intervalEnd - this.intervalBegin);
    const last = Math.floor(this.runs.size * share);
    while (this.used < last) {
      into.add(this.runs.first[this.used]!, this.runs.count[this.used]!);
      this.used += 1;
    }
  }

  /** When the next request of the disk comes; Infinity where there is none. */
  private nextRequest(): Nanoseconds {
    if (this.disk === null) return Infinity;
    if (this.request === this.requests.size) {
      this.request = 0;
      if (this.disk.read(this.requests) === 0) return Infinity;
    }
    return this.requests.time[this.request]! - this.settings.diskLogLead;
  }

  private takeRequest(step: GuestStep): void {
    const i = this.request++;
    const op = this.requests.op[i];
    if (op !== TraceOp.READ && op !== TraceOp.WRITE) return;
    step.disk = op === TraceOp.READ ? DiskUse.READ : DiskUse.WRITE;
    step.offset = this.requests.offset[i]!;
    step.bytes = this.requests.bytes[i]!;
    for (let pages = op === TraceOp.READ ? Math.ceil(step.bytes / pageBytes) : 0; pages > 0 && this.used < this.runs.size;) {
      step.filled.add(this.runs.first[this.used]!, this.runs.count[this.used]!);
      pages -= this.runs.count[this.used]!;
      this.used += 1;
    }
  }
}
