/**
 * Who writes which sectors of the bitmap on disk, one at a time each: of two images of a sector, the older never lands after the newer. What
 * waits for a sector may be carried by the next write of it, as its data is durable already. It knows neither data nor time.
 */
import type { Bytes } from '../../../sim/units.js';
import { Next } from '../../io/image-format.js';
import { Kind, Mode, type Plan } from '../../io/plan.js';
import type { RequestQueue } from '../../io/request-queue.js';
import { RangeLocks } from '../range-locks.js';
import type { BlockStates } from './block-states.js';
import type { PaperLayout } from './paper-layout.js';

const enum State {
  NONE = 0,
  WAITING = 1,
  WRITING = 2,
  /** It waits for a write that holds its bits too. */
  CARRIED = 3,
  RECORDED = 4,
}

export class BitmapUpdates {
  /** Writes that were issued. */
  writes = 0;
  private readonly held: RangeLocks;
  private readonly state: Uint8Array;
  private readonly carrier: Int32Array;
  private readonly offset: Float64Array;
  private readonly bytes: Float64Array;
  /** In order of arrival. */
  private waiting: Int32Array;
  private waiters = 0;

  /** @param ids how many requests and tasks there are */
  constructor(
    private readonly states: BlockStates,
    private readonly layout: PaperLayout,
    private readonly released: RequestQueue,
    private readonly coalesces: boolean,
    ids: number,
  ) {
    this.held = new RangeLocks(ids);
    this.state = new Uint8Array(ids);
    this.carrier = new Int32Array(ids);
    this.offset = new Float64Array(ids);
    this.bytes = new Float64Array(ids);
    this.waiting = new Int32Array(ids);
  }

  get isQuiet(): boolean {
    return this.held.isEmpty && this.waiters === 0;
  }

  /** A range was written, or copied, and is durable: appends the sectors with the bits that change. DONE: they are on disk. */
  record(id: number, plan: Plan, offset: Bytes, bytes: Bytes): Next {
    if (this.state[id] === State.CARRIED) return Next.WAIT;
    const { stale } = this.states;
    const first = this.state[id] === State.RECORDED ? -1 : stale.firstClear(offset, bytes);
    if (first === -1) {
      this.leave(id);
      return Next.DONE;
    }
    this.offset[id] = offset;
    this.bytes[id] = bytes;
    return this.write(id, plan, first, stale.lastClear(offset, bytes));
  }

  /** Appends a write of the states of blocks `first` to `last`, or waits. */
  write(id: number, plan: Plan, first: number, last: number): Next {
    const from = this.layout.firstInSector(first);
    const to = this.layout.lastInSector(last);
    if (!this.held.isFree(from, to - from + 1)) {
      if (this.state[id] === State.NONE) this.waiting[this.waiters++] = id;
      this.state[id] = State.WAITING;
      return Next.WAIT;
    }
    this.leave(id);
    this.held.hold(id, from, to - from + 1);
    this.state[id] = State.WRITING;
    if (this.coalesces) this.carry(id, from, to);
    this.layout.addStates(plan, Kind.WRITE, Mode.ASYNC, first, last);
    this.writes += 1;
    return Next.CONTINUE;
  }

  /** A write of `record` is done: its bits are on disk. */
  recorded(id: number): void {
    this.states.recorded(this.offset[id]!, this.bytes[id]!);
    this.finish(id);
  }

  /** A write is done, and with it the bits of all that it carried; whoever waits tries again. */
  finish(id: number): void {
    this.state[id] = State.NONE;
    this.held.release(id, this.released);
    for (let i = 0; i < this.waiters; i++) {
      const other = this.waiting[i]!;
      if (this.state[other] === State.CARRIED && this.carrier[other] === id) {
        this.states.recorded(this.offset[other]!, this.bytes[other]!);
        this.state[other] = State.RECORDED;
      }
      if (this.state[other] !== State.CARRIED) this.released.push(other);
    }
  }

  /** Has the write of `id`, of the sectors with blocks `from` to `to`, carry all that waits for these sectors alone. */
  private carry(id: number, from: number, to: number): void {
    const { stale } = this.states;
    for (let i = 0; i < this.waiters; i++) {
      const other = this.waiting[i]!;
      if (this.state[other] !== State.WAITING || this.bytes[other] === 0) continue;
      const first = stale.firstClear(this.offset[other]!, this.bytes[other]!);
      if (first < from || stale.lastClear(this.offset[other]!, this.bytes[other]!) > to) continue;
      this.state[other] = State.CARRIED;
      this.carrier[other] = id;
    }
  }

  /** `id` waits no more. */
  private leave(id: number): void {
    if (this.state[id] !== State.NONE) {
      const at = this.waiting.indexOf(id);
      this.waiting.copyWithin(at, at + 1, this.waiters);
      this.waiters -= 1;
    }
    this.state[id] = State.NONE;
  }
}
