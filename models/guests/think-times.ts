/**
 * Which answer a recorded request waited for, and how long the guest thought after it. Of all answers that lie before a request in the
 * recording, the last one is the one that it waited for; the time from that answer to the request is think time, which the replay keeps.
 * Requests that overlapped in the recording overlap again, and a guest that waited waits again, however long the simulated disk takes.
 */
import { InputError } from '../../sim/errors.js';
import type { Nanoseconds } from '../../sim/units.js';

/** So many requests may be unanswered at once in a recording. */
const outstandingMax = 1 << 16;
const NONE = -1;

export class ThinkTimes {
  /** By entry: when the answer came in the recording, and when in the replay (NaN until then). */
  private readonly recorded = new Float64Array(outstandingMax);
  private readonly simulated = new Float64Array(outstandingMax);
  /** 1 where a later answer is waited for already. */
  private readonly isPassed = new Uint8Array(outstandingMax);
  /** Entries that nobody uses. */
  private readonly free = Int32Array.from({ length: outstandingMax }, (_, i) => outstandingMax - 1 - i);
  private freeCount = outstandingMax;
  /** Entries whose recorded answers lie ahead, in a ring by the time of that answer. */
  private readonly ahead = new Int32Array(outstandingMax);
  private head = 0;
  private size = 0;
  /** The entry that the record at hand waits for. */
  private awaited = NONE;
  private lastDue = 0;
  private readonly entryOf: Int32Array;

  /**
   * @param slots requests in flight at once in the replay
   * @param assumed taken for the response time of requests whose trace does not say; null where there is no such
   */
  constructor(
    slots: number,
    private readonly assumed: Nanoseconds | null,
  ) {
    this.entryOf = new Int32Array(slots).fill(NONE);
  }

  /** When the request that was recorded at `arrival` arrives; Infinity as long as the answer that it waits for is out. */
  due(arrival: Nanoseconds): Nanoseconds {
    while (this.size > 0 && this.recorded[this.first()]! <= arrival) {
      const passed = this.awaited;
      this.awaited = this.first();
      this.head++;
      this.size--;
      if (passed !== NONE) this.letGo(passed);
    }
    if (this.awaited === NONE) return Math.max(this.lastDue, arrival);
    const answered = this.simulated[this.awaited]!;
    if (Number.isNaN(answered)) return Infinity;
    return Math.max(this.lastDue, answered + arrival - this.recorded[this.awaited]!);
  }

  /** The request at hand, which was due at `due`, is in slot `r`. Throws InputError where nobody knows when it was answered. */
  issued(r: number, due: Nanoseconds, arrival: Nanoseconds, response: Nanoseconds): void {
    const known = Number.isNaN(response) ? this.assumed : response;
    if (known === null)
      throw new InputError(
        'think times',
        'a request without a recorded response time',
        'a response time to assume, as --response 5ms gives',
      );
    if (this.freeCount === 0) throw new InputError('think times', `${outstandingMax} recorded requests without answer`, 'fewer at once');
    this.lastDue = due;
    const entry = this.free[--this.freeCount]!;
    this.recorded[entry] = arrival + known;
    this.simulated[entry] = NaN;
    this.isPassed[entry] = 0;
    this.entryOf[r] = entry;
    this.insert(entry);
  }

  /** The request in slot `r` is answered. */
  answered(r: number, now: Nanoseconds): void {
    const entry = this.entryOf[r]!;
    this.entryOf[r] = NONE;
    this.simulated[entry] = now;
    if (this.isPassed[entry] === 1) this.release(entry);
  }

  private first(): number {
    return this.ahead[this.head & (outstandingMax - 1)]!;
  }

  /** Nobody waits for this entry any more; it is free once it is answered. */
  private letGo(entry: number): void {
    this.isPassed[entry] = 1;
    if (!Number.isNaN(this.simulated[entry]!)) this.release(entry);
  }

  private release(entry: number): void {
    this.free[this.freeCount++] = entry;
  }

  private insert(entry: number): void {
    const { ahead, recorded } = this;
    let i = this.head + this.size++;
    while (i > this.head && recorded[ahead[(i - 1) & (outstandingMax - 1)]!]! > recorded[entry]!) {
      ahead[i & (outstandingMax - 1)] = ahead[--i & (outstandingMax - 1)]!;
    }
    ahead[i & (outstandingMax - 1)] = entry;
  }
}
