/**
 * Reads of an image of the FVD paper: every run of blocks, in the image or below, at once; more steps follow only where the backing image needs
 * them. With copy-on-read a read from below takes whole blocks, and a step follows in which the save is queued. It knows no time.
 */
import type { Bytes } from '../../../sim/units.js';
import { Next, Op, type ImageFormat, type RequestId } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import { stepBacking } from '../backing.js';
import type { BlockStates } from './block-states.js';
import type { SaveQueue } from './copy-on-read.js';
import type { PaperFiles } from './paper-files.js';
import type { PaperLayout } from './paper-layout.js';
import { keepWithin } from './read-rounding.js';

const enum Phase {
  START = 0,
  /** The backing image reads. */
  BACKING = 1,
  SAVE = 2,
}

export class PaperReads {
  private readonly phase: Uint8Array;
  private readonly start: Float64Array;
  private readonly end: Float64Array;
  /** Where it goes on. */
  private readonly at: Float64Array;
  /** What is to be saved; the end is 0 where nothing is. */
  private readonly saveStart: Float64Array;
  private readonly saveEnd: Float64Array;

  constructor(
    private readonly backing: ImageFormat | null,
    private readonly backingBytes: Bytes,
    private readonly states: BlockStates,
    private readonly layout: PaperLayout,
    private readonly own: PaperFiles,
    slots: number,
  ) {
    this.phase = new Uint8Array(slots);
    this.start = new Float64Array(slots);
    this.end = new Float64Array(slots);
    this.at = new Float64Array(slots);
    this.saveStart = new Float64Array(slots);
    this.saveEnd = new Float64Array(slots);
  }

  begin(r: RequestId, offset: Bytes, bytes: Bytes): void {
    this.phase[r] = Phase.START;
    this.start[r] = this.at[r] = offset;
    this.end[r] = offset + bytes;
    this.saveEnd[r] = 0;
  }

  /** @param queue where saves go; null where nothing is saved */
  step(r: RequestId, plan: Plan, queue: SaveQueue | null): Next {
    if (this.phase[r] === Phase.SAVE) {
      queue?.push(this.saveStart[r]!, this.saveEnd[r]! - this.saveStart[r]!);
      return Next.DONE;
    }
    if (this.phase[r] === Phase.START && queue !== null && queue.hasRoom) this.expectSave(r, queue);
    if (this.phase[r] === Phase.BACKING && this.stepBelow(r, plan) === Next.CONTINUE) return Next.CONTINUE;
    while (this.at[r]! < this.end[r]!) if (this.readRun(r, plan) === Next.CONTINUE) return Next.CONTINUE;
    if (this.saveEnd[r] === 0) return Next.DONE;
    this.phase[r] = Phase.SAVE;
    return Next.CONTINUE;
  }

  /** A read is saved once it is done if it brings something from below, in whole blocks. */
  private expectSave(r: RequestId, queue: SaveQueue): void {
    const { accurate } = this.states;
    const { blockBytes } = accurate;
    const start = this.start[r]!;
    const end = Math.min(this.end[r]!, this.backingBytes);
    if (end <= start || accurate.firstClear(start, end - start) === -1) return;
    this.saveStart[r] = start - (start % blockBytes);
    this.saveEnd[r] = Math.min(Math.ceil(end / blockBytes) * blockBytes, this.backingBytes);
    queue.expect(this.saveEnd[r] - this.saveStart[r]);
  }

  private readRun(r: RequestId, plan: Plan): Next {
    const { states, layout } = this;
    const at = this.at[r]!;
    const run = states.run(at, layout.run(at, this.end[r]! - at));
    this.at[r] = at + run;
    if (!states.isBelow(at)) {
      if (!states.isZero(at)) this.own.data.readGuest(plan, layout.placeOf(at), run, at);
      return Next.DONE;
    }
    let start = at;
    let end = at + run;
    if (this.saveEnd[r] !== 0) {
      const { blockBytes } = states.accurate;
      start = at - (at % blockBytes);
      end = Math.min(Math.ceil(end / blockBytes) * blockBytes, this.backingBytes);
    }
    this.backing!.begin(r, Op.READ, start, end - start);
    const next = this.stepBelow(r, plan);
    if (next === Next.CONTINUE) this.phase[r] = Phase.BACKING;
    return next;
  }

  private stepBelow(r: RequestId, plan: Plan): Next {
    const firstRow = plan.contents?.size ?? 0;
    const next = stepBacking(this.backing!, this.own.files.length, r, plan);
    keepWithin(plan, firstRow, this.start[r]!, this.end[r]!);
    return next;
  }
}
