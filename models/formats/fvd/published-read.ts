/**
 * Reads of the published FVD driver: one read below, from the first to the last block that is there, and beside it what is here, from the
 * first to the last; then merged. With copy-on-read the read below takes whole blocks, and a step follows in which the save is queued.
 */
import type { Bytes } from '../../../sim/units.js';
import { Next, Op, type ImageFormat, type RequestId } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import { bytesInBacking, keepReadParts, stepBacking } from '../backing.js';
import type { SynchronousFile } from '../synchronous-file.js';
import type { BlockBitmap } from '../block-bitmap.js';
import type { ChunkTable } from './chunk-table.js';
import type { SaveQueue } from './copy-on-read.js';
import type { Placement } from './placement.js';
import { keepWithin } from './read-rounding.js';
import { Phase, SavingReads } from './saving-reads.js';

export interface ReadParts {
  readonly backing: ImageFormat | null;
  readonly ownFiles: number;
  readonly present: BlockBitmap;
  readonly placement: Placement;
  readonly chunks: ChunkTable;
  readonly file: SynchronousFile;
}

export class PublishedReads extends SavingReads {
  constructor(
    private readonly parts: ReadParts,
    slots: number,
  ) {
    super(slots);
  }

  protected stepRead(r: RequestId, plan: Plan, queue: SaveQueue | null): Next {
    return this.phase[r] === Phase.BACKING ? this.stepBelow(r, plan) : this.startRead(r, plan, queue);
  }

  private startRead(r: RequestId, plan: Plan, queue: SaveQueue | null): Next {
    const { present, backing } = this.parts;
    const offset = this.start[r]!;
    const end = this.end[r]!;
    const first = present.firstClear(offset, end - offset);
    let next = Next.DONE;
    if (first !== -1) {
      const saves = queue !== null && queue.hasRoom;
      const wholeStart = first * present.blockBytes;
      const wholeEnd = (present.lastClear(offset, end - offset) + 1) * present.blockBytes;
      const start = saves ? wholeStart : Math.max(offset, wholeStart);
      const below = bytesInBacking(backing, start, (saves ? wholeEnd : Math.min(end, wholeEnd)) - start);
      if (saves) this.expectSave(r, queue, start, start + below);
      if (below > 0) {
        backing!.begin(r, Op.READ, start, below);
        next = this.stepBelow(r, plan);
        this.phase[r] = Phase.BACKING;
      }
    }
    this.readHere(plan, offset, end);
    return next;
  }

  private stepBelow(r: RequestId, plan: Plan): Next {
    const { backing, ownFiles, placement } = this.parts;
    const firstRow = plan.contents?.size ?? 0;
    const next = stepBacking(backing!, ownFiles, r, plan);
    keepReadParts(plan, firstRow, placement.partBelow);
    keepWithin(plan, firstRow, this.start[r]!, this.end[r]!);
    return next;
  }

  private readHere(plan: Plan, offset: Bytes, end: Bytes): void {
    const { placement, chunks, file } = this.parts;
    let start = end;
    let stop = offset;
    for (let at = offset; at < end;) {
      const run = placement.sideRun(at, end - at);
      if (!placement.isBelow(at)) {
        start = Math.min(start, at);
        stop = at + run;
      }
      at += run;
    }
    const firstRow = plan.contents?.size ?? 0;
    for (let at = start; at < stop;) {
      const run = chunks.run(at, stop - at);
      const place = chunks.placeOf(at);
      if (place !== -1) file.readGuest(plan, place, run, at);
      at += run;
    }
    keepReadParts(plan, firstRow, placement.partHere);
  }
}
