/**
 * Buffered writes: pages become dirty, the metadata change in the running transaction, the device hears of it later. A writer is held back while too much of the
 * memory is dirty. A page that is covered in part and not in memory is read first, where it held data.
 */
import type { Bytes } from '../../../sim/units.js';
import { FileOp } from '../../../traces/files/file-operation.js';
import { Kind, Mode } from '../../io/plan.js';
import { hole } from '../run-list.js';
import { Durable, type Activity, type Program } from './activity.js';
import { applyChanges, isInMemory } from './metadata-access.js';
import type { Mount } from './mount.js';
import { NO_PAGE, PageFlag, UNPLACED } from './page-columns.js';
import type { Requests } from './requests.js';
import type { Synchronizer } from './synchronizer.js';
import type { Times } from './times.js';

const enum Step {
  LOCK = 0,
  PIECE = 1,
  CHANGE = 2,
  METADATA = 3,
  FILL = 4,
}

/** Pages that a writer changes between two looks at how much is dirty. */
const pagesPerPiece = 256;

export class Writer implements Program {
  constructor(
    private readonly mount: Mount,
    private readonly requests: Requests,
    private readonly synchronizer: Synchronizer,
    private readonly times: Times,
  ) {}

  /** Goes on as a buffered write of the request from byte `from` of the file on. */
  take(activity: Activity, from: Bytes): void {
    activity.program = this;
    activity.cursor = from;
    activity.step = Step.LOCK;
    this.run(activity);
  }

  run(activity: Activity): void {
    for (;;) if (!this.advance(activity)) return;
  }

  private advance(activity: Activity): boolean {
    const { mount } = this;
    switch (activity.step as Step) {
      case Step.LOCK:
        if (!this.requests.lock(activity)) return false;
        activity.step = Step.PIECE;
        return true;
      case Step.PIECE:
        return this.beginPiece(activity);
      case Step.CHANGE:
        if (!mount.journal.enter(activity)) return false;
        this.change(activity);
        activity.step = Step.METADATA;
        return true;
      case Step.METADATA:
        if (!isInMemory(mount, activity) || !this.isClear(activity)) return false;
        activity.step = Step.FILL;
        return true;
      case Step.FILL:
        if (!this.isFilled(activity)) return false;
        applyChanges(mount, activity);
        activity.step = this.dirty(activity) ? Step.PIECE : Step.CHANGE;
        return true;
    }
  }

  private beginPiece(activity: Activity): boolean {
    const { cache, dirtyLimit, waits, blockBytes } = this.mount;
    if (activity.cursor >= activity.end) {
      this.end(activity);
      return false;
    }
    if (cache.dirty + cache.writing > dirtyLimit) {
      waits.memory.add(activity);
      this.mount.soiled();
      return false;
    }
    const pieceBytes = pagesPerPiece * blockBytes;
    activity.pieceEnd = Math.min(activity.end, (Math.floor(activity.cursor / pieceBytes) + 1) * pieceBytes);
    activity.step = Step.CHANGE;
    return true;
  }

  /** Asks the layout for places, the size and the time stamps. */
  private change(activity: Activity): void {
    const { layout, blockBytes, journal } = this.mount;
    const { runs } = activity;
    const metadata = activity.metadata.clear();
    const file = activity.request!.file;
    const first = Math.floor(activity.cursor / blockBytes);
    const count = Math.ceil(activity.pieceEnd / blockBytes) - first;
    const size = layout.size(file);
    runs.clear();
    activity.fillFirst = activity.fillLast = -1;
    if (!this.arePlaced(activity.inode, first, count)) {
      if (layout.allocatesAtWriteBack) layout.map(file, first, count, runs, metadata);
      else layout.allocate(file, first, count, runs, metadata);
      this.chooseFills(activity, first, count, size);
    }
    const isGrown = activity.pieceEnd > size;
    const isNeeded = isGrown || metadata.changeCount > 0;
    const isTouched = this.times.changed(activity.inode);
    if (isGrown) layout.setSize(file, activity.pieceEnd, metadata);
    else if (isTouched && !isNeeded) layout.touch(file, metadata);
    if (isNeeded || isTouched) journal.changed(activity.inode, isNeeded);
  }

  /** Whether all pages are in memory and have their place: nothing to ask. */
  private arePlaced(inode: number, first: number, count: number): boolean {
    const { pages } = this.mount.cache;
    for (let i = 0; i < count; i++) {
      const page = pages.find(inode, first + i);
      if (page === NO_PAGE || pages.block[page] === UNPLACED) return false;
    }
    return true;
  }

  private chooseFills(activity: Activity, first: number, count: number, size: number): void {
    const { blockBytes } = this.mount;
    const last = first + count - 1;
    const startsInside = activity.cursor > first * blockBytes;
    const endsInside = activity.pieceEnd < Math.min((last + 1) * blockBytes, size);
    if ((startsInside || (first === last && endsInside)) && this.heldData(activity, 0)) activity.fillFirst = first;
    if (last > first && endsInside && this.heldData(activity, count - 1)) activity.fillLast = last;
  }

  /** Whether the block at `place` of the runs held data before. */
  private heldData(activity: Activity, place: number): boolean {
    const { runs } = activity;
    const { layout } = this.mount;
    let run = 0;
    for (let left = place; left >= runs.blocks[run]!; run++) left -= runs.blocks[run]!;
    return runs.block[run] !== hole && (layout.allocatesAtWriteBack || !layout.isNew(run));
  }

  /** Whether nothing older is on its way to the blocks. */
  private isClear(activity: Activity): boolean {
    const { runs } = activity;
    for (let run = 0; run < runs.size; run++) {
      if (runs.block[run] !== hole && this.mount.isOvertaking(activity, runs.block[run]!, runs.blocks[run]!)) return false;
    }
    return true;
  }

  /** Whether the pages are in memory that the write covers in part, and none of the others is being read. */
  private isFilled(activity: Activity): boolean {
    const { fillFirst, fillLast } = activity;
    const { cache, blockBytes } = this.mount;
    const first = Math.floor(activity.cursor / blockBytes);
    const end = Math.ceil(activity.pieceEnd / blockBytes);
    if (fillLast !== -1) this.fill(activity, fillLast, fillLast - first);
    if (fillFirst !== -1) this.fill(activity, fillFirst, 0);
    for (let index = first; index < end; index++) {
      const page = cache.pages.find(activity.inode, index);
      if (page === NO_PAGE || (cache.pages.flags[page]! & PageFlag.READING) === 0) continue;
      this.mount.waitForPage(activity, page);
      return false;
    }
    return true;
  }

  private fill(activity: Activity, index: number, place: number): void {
    const { cache, io } = this.mount;
    if (cache.pages.find(activity.inode, index) !== NO_PAGE) return;
    const { runs } = activity;
    let run = 0;
    let left = place;
    for (; left >= runs.blocks[run]!; run++) left -= runs.blocks[run]!;
    const page = cache.insert(activity.inode, index, runs.block[run]! + left);
    cache.pages.flags[page] = PageFlag.READING;
    io.addPage(Kind.READ, page, Mode.ASYNC);
  }

  /** Marks the piece's pages as changed and goes on to the next; false where a page has left memory whose place is not at hand any more. */
  private dirty(activity: Activity): boolean {
    const { mount } = this;
    const { blockBytes, journal } = mount;
    const first = Math.floor(activity.cursor / blockBytes);
    const end = Math.ceil(activity.pieceEnd / blockBytes);
    const { runs } = activity;
    if (runs.size === 0 && !this.arePlaced(activity.inode, first, end - first)) return false;
    let index = first;
    if (runs.size === 0) for (; index < end; index++) this.dirtyPage(activity, index, UNPLACED);
    for (let run = 0; run < runs.size; run++) {
      const block = runs.block[run]!;
      for (let i = 0; i < runs.blocks[run]!; i++) this.dirtyPage(activity, index++, block === hole ? UNPLACED : block + i);
    }
    // Where places are found late, data go with the transaction that gives them theirs.
    const isOrdered = mount.settings.data === 'ordered' && !mount.layout.allocatesAtWriteBack;
    if (isOrdered && journal.isPresent) journal.transactions.order(activity.inode);
    activity.cursor = activity.pieceEnd;
    journal.leave(activity);
    return true;
  }

  private dirtyPage(activity: Activity, index: number, block: number): void {
    const { mount } = this;
    const { cache } = mount;
    const { pages } = cache;
    let page = pages.find(activity.inode, index);
    if (page === NO_PAGE) page = cache.insert(activity.inode, index, block);
    else pages.flags[page]! |= PageFlag.REFERENCED;
    if (pages.block[page] === UNPLACED) pages.block[page] = block;
    pages.flags[page]! |= PageFlag.VALID;
    if (mount.check !== null) pages.version[page] = mount.check.changed(activity.request!.file, index);
    mount.soil(page);
  }

  private end(activity: Activity): void {
    const { op, direct, synchronous, bytes } = activity.request!;
    if (op !== FileOp.WRITE || !(direct || synchronous)) this.requests.end(activity, bytes);
    else {
      if (!direct) this.requests.unlock(activity);
      this.synchronizer.take(activity, synchronous ? Durable.NEEDED : Durable.DATA);
    }
  }
}
