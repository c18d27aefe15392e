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
import { Phase, SavingReads } from './saving-reads.js';

export class PaperReads extends SavingReads {
  /** Where it goes on. */
  private readonly at: Float64Array;

  constructor(
    private readonly backing: ImageFormat | null,
    private readonly backingBytes: Bytes,
    private readonly states: BlockStates,
    private readonly layout: PaperLayout,
    private readonly own: PaperFiles,
    slots: number,
  ) {
    super(slots);
    this.at = new Float64Array(slots);
  }

  override begin(r: RequestId, offset: Bytes, bytes: Bytes): void {
    super.begin(r, offset, bytes);
    this.at[r] = offset;
  }

  protected stepRead(r: RequestId, plan: Plan, queue: SaveQueue | null): Next {
    if (this.phase[r] === Phase.START && queue !== null && queue.hasRoom) this.expectSaveOfRead(r, queue);
    if (this.phase[r] === Phase.BACKING && this.stepBelow(r, plan) === Next.CONTINUE) return Next.CONTINUE;
    while (this.at[r]! < this.end[r]!) if (this.readRun(r, plan) === Next.CONTINUE) return Next.CONTINUE;
    return Next.DONE;
  }

  /** A read is saved once it is done if it brings something from below, in whole blocks. */
  private expectSaveOfRead(r: RequestId, queue: SaveQueue): void {
    const { accurate } = this.states;
    const { blockBytes } = accurate;
    const start = this.start[r]!;
    const end = Math.min(this.end[r]!, this.backingBytes);
    if (end <= start || accurate.firstClear(start, end - start) === -1) return;
    this.expectSave(r, queue, start - (start % blockBytes), Math.min(Math.ceil(end / blockBytes) * blockBytes, this.backingBytes));
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
