/**
 * A guest that asks of its disk what a trace says.
 *
 * - open: each request arrives at its recorded time (times `scale`), whatever became of those before. What finds no room waits in
 *   the guest, and its latency counts from the intended arrival: nothing is omitted because the system was slow.
 * - closed: a fixed number of requests is kept in flight; the recorded times are not used.
 * - think: a request that in the recording came after an answer waits for that answer, and for as long as the guest thought then.
 *
 * What waits, waits in the trace: it is read no further than needed, so memory does not grow with the backlog.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import { Counter } from '../../sim/statistics/counter.js';
import { Histogram } from '../../sim/statistics/histogram.js';
import { sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { TraceBatch, TraceOp, type TraceReader } from '../../traces/batch.js';
import { Op } from '../io/image-format.js';
import type { VirtualDisk } from '../io/virtual-disk.js';
import { ThinkTimes } from './think-times.js';

export type ReplayMode =
  | { readonly kind: 'open'; /** Factor on recorded times. */ readonly scale: number }
  | { readonly kind: 'closed'; readonly depth: number }
  | { readonly kind: 'think'; /** Response time of requests whose trace has none; null: it has. */ readonly response: Nanoseconds | null };

export class Replay {
  readonly reads = new Counter();
  readonly writes = new Counter();
  readonly readLatency = new Histogram();
  readonly writeLatency = new Histogram();
  readonly flushLatency = new Histogram();
  /** Discards that were passed on; they count as nothing else. */
  discards = 0;
  completed = 0;
  /** Reads and writes that do not begin and end on sectors: a block device moves the whole sectors around them. */
  roundedOut = 0;
  /** Requests that were done when the last one arrived. */
  completedByLastArrival = 0;
  lastCompletion: Nanoseconds = 0;

  private readonly batch = new TraceBatch();
  private index = 0;
  private exhausted = false;
  private readonly arrival: Timer;
  private readonly bytesOf: Float64Array;
  private readonly opOf: Uint8Array;
  private readonly thinkTimes: ThinkTimes | null;
  private onCounted: (op: TraceOp, bytes: Bytes, latency: Nanoseconds) => void = () => {};

  /** @param lastArrival recorded time of the trace's last record; only used for the backlog at the end */
  constructor(
    private readonly kernel: Kernel,
    private readonly disk: VirtualDisk,
    private readonly trace: TraceReader,
    private readonly mode: ReplayMode,
    slots: number,
    private readonly lastArrival: Nanoseconds,
  ) {
    this.bytesOf = new Float64Array(slots);
    this.opOf = new Uint8Array(slots);
    this.thinkTimes = mode.kind === 'think' ? new ThinkTimes(slots, mode.response) : null;
    this.arrival = kernel.timer(() => this.pump());
    disk.whenDone((r, latency) => this.done(r, latency));
    this.arrival.start(0);
  }

  /** `onCounted(op, bytes, latency)` is called as each request but a discard is done; the bytes of a flush mean nothing. */
  whenCounted(onCounted: (op: TraceOp, bytes: Bytes, latency: Nanoseconds) => void): void {
    this.onCounted = onCounted;
  }

  /** The disk has room again after an operation that no record asked for. */
  resume(): void {
    this.pump();
    if (this.isDone) this.kernel.stop();
  }

  private pump(): void {
    while (this.hasRecord() && this.disk.hasRoom) {
      const time = this.dueTime();
      if (time > this.kernel.now) {
        if (time < Infinity && !this.arrival.pending) this.arrival.startAt(time);
        return;
      }
      this.submit(time);
    }
  }

  /** When the record at hand arrives; Infinity while a closed loop is full, or an answer is waited for. */
  private dueTime(): Nanoseconds {
    if (this.mode.kind === 'open') return Math.round(this.batch.time[this.index]! * this.mode.scale);
    if (this.mode.kind === 'think') return this.thinkTimes!.due(this.batch.time[this.index]!);
    return this.disk.inFlight < this.mode.depth ? this.kernel.now : Infinity;
  }

  private hasRecord(): boolean {
    if (this.index < this.batch.size) return true;
    if (this.exhausted) return false;
    this.index = 0;
    this.exhausted = this.trace.read(this.batch) === 0;
    return !this.exhausted;
  }

  private submit(arrival: Nanoseconds): void {
    const i = this.index++;
    const op = this.batch.op[i]!;
    if (op === TraceOp.DISCARD) {
      this.submitDiscard(this.batch.offset[i]!, this.batch.bytes[i]!, arrival);
      return;
    }
    const offset = Math.floor(this.batch.offset[i]! / sectorBytes) * sectorBytes;
    const bytes = Math.ceil((this.batch.offset[i]! + this.batch.bytes[i]!) / sectorBytes) * sectorBytes - offset;
    if (bytes !== this.batch.bytes[i]) this.roundedOut += 1;
    const r = this.disk.submit(op, offset, bytes, arrival);
    this.opOf[r] = op;
    this.bytesOf[r] = bytes;
    this.thinkTimes?.issued(r, arrival, this.batch.time[i]!, this.batch.response[i]!);
  }

  /** A discard of the whole sectors within a range: others may hold something else. */
  private submitDiscard(start: Bytes, length: Bytes, arrival: Nanoseconds): void {
    this.discards += 1;
    const offset = Math.ceil(start / sectorBytes) * sectorBytes;
    const bytes = Math.floor((start + length) / sectorBytes) * sectorBytes - offset;
    if (bytes <= 0) return;
    const r = this.disk.submit(Op.DISCARD, offset, bytes, arrival);
    this.opOf[r] = TraceOp.DISCARD;
    this.thinkTimes?.issued(r, arrival, this.batch.time[this.index - 1]!, this.batch.response[this.index - 1]!);
  }

  private done(r: number, latency: Nanoseconds): void {
    this.thinkTimes?.answered(r, this.kernel.now);
    if (this.opOf[r] !== TraceOp.DISCARD) this.count(r, latency);
    this.pump();
    // Work in the background may go on for long; the guest has what it asked for.
    if (this.isDone) this.kernel.stop();
  }

  private count(r: number, latency: Nanoseconds): void {
    this.completed += 1;
    this.lastCompletion = this.kernel.now;
    if (this.mode.kind === 'open' && this.kernel.now <= this.lastArrival * this.mode.scale) this.completedByLastArrival += 1;
    const op = this.opOf[r]!;
    if (op === TraceOp.READ) {
      this.reads.add(this.bytesOf[r]!);
      this.readLatency.add(latency);
    } else if (op === TraceOp.WRITE) {
      this.writes.add(this.bytesOf[r]!);
      this.writeLatency.add(latency);
    } else this.flushLatency.add(latency);
    this.onCounted(op, this.bytesOf[r]!, latency);
  }

  /** Whether the trace is at its end and nothing of it is in flight. */
  get isDone(): boolean {
    return this.disk.inFlight === 0 && !this.hasRecord();
  }
}
