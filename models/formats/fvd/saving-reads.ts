/**
 * Reads of an FVD image with copy-on-read: a step follows a read that brought something from below, in which its save is queued. It knows
 * neither where content lies nor what is read.
 */
import type { Bytes } from '../../../sim/units.js';
import { Next, type RequestId } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import type { SaveQueue } from './copy-on-read.js';

export const enum Phase {
  START = 0,
  /** The backing image reads. */
  BACKING = 1,
  SAVE = 2,
}

export abstract class SavingReads {
  protected readonly phase: Uint8Array;
  protected readonly start: Float64Array;
  protected readonly end: Float64Array;
  /** What is to be saved; the end is 0 where nothing is. */
  protected readonly saveStart: Float64Array;
  protected readonly saveEnd: Float64Array;

  constructor(slots: number) {
    this.phase = new Uint8Array(slots);
    this.start = new Float64Array(slots);
    this.end = new Float64Array(slots);
    this.saveStart = new Float64Array(slots);
    this.saveEnd = new Float64Array(slots);
  }

  begin(r: RequestId, offset: Bytes, bytes: Bytes): void {
    this.phase[r] = Phase.START;
    this.start[r] = offset;
    this.end[r] = offset + bytes;
    this.saveEnd[r] = 0;
  }

  /** @param queue where saves go; null where nothing is saved */
  step(r: RequestId, plan: Plan, queue: SaveQueue | null): Next {
    if (this.phase[r] === Phase.SAVE) {
      queue?.push(this.saveStart[r]!, this.saveEnd[r]! - this.saveStart[r]!);
      return Next.DONE;
    }
    const next = this.stepRead(r, plan, queue);
    if (next !== Next.DONE || this.saveEnd[r] === 0) return next;
    this.phase[r] = Phase.SAVE;
    return Next.CONTINUE;
  }

  /** A step of the read itself, in the phase START or BACKING. */
  protected abstract stepRead(r: RequestId, plan: Plan, queue: SaveQueue | null): Next;

  /** The range will be saved once it is read. */
  protected expectSave(r: RequestId, queue: SaveQueue, start: Bytes, end: Bytes): void {
    this.saveStart[r] = start;
    this.saveEnd[r] = end;
    queue.expect(end - start);
  }
}
