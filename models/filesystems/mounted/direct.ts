/**
 * Direct reads and writes (O_DIRECT): data pass memory by, in I/Os side by side. What memory holds of the range is written back first, and dropped where it is overwritten. Where writes
 * go one at a time, each holds the inode until its data are on the device, and a read holds it while it looks up its blocks.
 *
 * A write into a hole below the file's end goes as `directIntoHoles` says, and as a whole. Behind the end blocks are found at once; the size follows the data.
 */
import { FileOp } from '../../../traces/files/file-operation.js';
import { InputError } from '../../../sim/errors.js';
import { sectorBytes } from '../../../sim/units.js';
import { Kind, Mode, Purpose } from '../../io/plan.js';
import { hole } from '../run-list.js';
import { Durable, type Activity, type Program } from './activity.js';
import { Inode } from './inode-columns.js';
import { applyChanges, isInMemory } from './metadata-access.js';
import type { Mount } from './mount.js';
import type { Requests } from './requests.js';
import type { Synchronizer } from './synchronizer.js';
import type { Times } from './times.js';
import { Unplaced, type WriteBack } from './write-back.js';
import type { Writer } from './writer.js';

const enum Step {
  LOCK = 0,
  CLEAN = 1,
  AWAIT_CLEAN = 2,
  MAP = 3,
  MAPPED = 4,
  PLACE = 5,
  PLACED = 6,
  TRANSFERRED = 7,
  CHANGE = 8,
  CHANGED = 9,
}

export class Direct implements Program {
  constructor(
    private readonly mount: Mount,
    private readonly requests: Requests,
    private readonly writeBack: WriteBack,
    private readonly writer: Writer,
    private readonly synchronizer: Synchronizer,
    private readonly times: Times,
  ) {}

  run(activity: Activity): void {
    for (;;) if (!this.advance(activity)) return;
  }

  private advance(activity: Activity): boolean {
    const { mount } = this;
    switch (activity.step as Step) {
      case Step.LOCK:
        this.needWholeSectors(activity);
        if (mount.settings.directWrites === 'one at a time' && !this.requests.lock(activity)) return false;
        activity.cursor = 0;
        activity.budget = Infinity;
        activity.step = Step.CLEAN;
        return true;
      case Step.CLEAN:
        if (!this.writeBack.write(activity, activity.inode, Mode.ASYNC, Unplaced.PLACE)) return false;
        activity.step = Step.AWAIT_CLEAN;
        return true;
      case Step.AWAIT_CLEAN:
        return this.awaitClean(activity);
      case Step.MAP:
        this.map(activity);
        return true;
      case Step.MAPPED:
        return isInMemory(mount, activity) && this.mapped(activity);
      case Step.PLACE:
        return this.place(activity);
      case Step.PLACED:
        return this.placed(activity);
      case Step.TRANSFERRED:
        return this.transferred(activity);
      case Step.CHANGE:
        return this.change(activity);
      case Step.CHANGED:
        if (!isInMemory(mount, activity)) return false;
        applyChanges(mount, activity);
        mount.journal.leave(activity);
        return this.end(activity);
    }
  }

  private needWholeSectors(activity: Activity): void {
    const { file, offset, bytes } = activity.request!;
    if (offset % sectorBytes !== 0 || bytes % sectorBytes !== 0)
      throw new InputError(`file ${file}`, `direct I/O of ${bytes} bytes at ${offset}`, `multiples of ${sectorBytes} bytes`);
  }

  private awaitClean(activity: Activity): boolean {
    const { mount } = this;
    if (!mount.isIdle(activity, activity.inode)) return false;
    if (mount.cache.inodes.get(activity.inode, Inode.DIRTY) > 0) {
      // Changed again while they were on their way.
      activity.cursor = 0;
      activity.step = Step.CLEAN;
      return true;
    }
    const isWrite = activity.request!.op === FileOp.WRITE;
    if (isWrite && !mount.isRemoved(activity, activity.inode, this.firstBlock(activity), this.endBlock(activity))) return false;
    activity.step = Step.MAP;
    return true;
  }

  private map(activity: Activity): void {
    const { layout } = this.mount;
    const { file, op, offset, bytes } = activity.request!;
    activity.end = op === FileOp.READ ? Math.max(offset, Math.min(offset + bytes, this.readEnd(file))) : offset + bytes;
    const first = this.firstBlock(activity);
    activity.runs.clear();
    activity.metadata.clear();
    if (activity.end > offset) layout.map(file, first, this.endBlock(activity) - first, activity.runs, activity.metadata);
    activity.step = Step.MAPPED;
  }

  /** The sector in which a file ends is read as a whole. */
  private readEnd(file: number): number {
    return Math.ceil(this.mount.layout.size(file) / sectorBytes) * sectorBytes;
  }

  private mapped(activity: Activity): boolean {
    const { layout, settings, blockBytes } = this.mount;
    const { op, file } = activity.request!;
    const { runs } = activity;
    let index = this.firstBlock(activity);
    activity.cursor = activity.request!.offset;
    activity.pieceEnd = activity.end;
    if (op === FileOp.READ) return this.transfer(activity, Kind.READ);
    const sizeInBlocks = Math.floor(layout.size(file) / blockBytes);
    let hasHole = false;
    for (let run = 0; run < runs.size; index += runs.blocks[run]!, run++) {
      if (runs.block[run] !== hole) continue;
      hasHole = true;
      if (index >= sizeInBlocks || settings.directIntoHoles !== 'buffered') continue;
      this.writer.take(activity, activity.request!.offset);
      return false;
    }
    if (!hasHole) return this.transfer(activity, Kind.WRITE);
    activity.step = Step.PLACE;
    return true;
  }

  private place(activity: Activity): boolean {
    const { layout, journal, blockBytes } = this.mount;
    if (!journal.enter(activity)) return false;
    const first = this.firstBlock(activity);
    activity.runs.clear();
    layout.allocate(activity.request!.file, first, this.endBlock(activity) - first, activity.runs, activity.metadata.clear());
    // New blocks are written whole: what the request leaves out of them holds zeros.
    if (layout.isNew(0)) activity.cursor = first * blockBytes;
    if (layout.isNew(activity.runs.size - 1)) activity.pieceEnd = this.endBlock(activity) * blockBytes;
    journal.changed(activity.inode, true);
    activity.step = Step.PLACED;
    return true;
  }

  private placed(activity: Activity): boolean {
    const { mount } = this;
    const { runs } = activity;
    if (!isInMemory(mount, activity)) return false;
    for (let run = 0; run < runs.size; run++) if (mount.isOvertaking(activity, runs.block[run]!, runs.blocks[run]!)) return false;
    applyChanges(mount, activity);
    mount.journal.leave(activity);
    return this.transfer(activity, Kind.WRITE);
  }

  /** Begins the I/Os, from the activity's cursor to the end of its piece. */
  private transfer(activity: Activity, kind: Kind.READ | Kind.WRITE): boolean {
    const { mount } = this;
    const { runs } = activity;
    const { blockBytes } = mount;
    let at = this.firstBlock(activity) * blockBytes;
    activity.step = Step.TRANSFERRED;
    for (let run = 0; run < runs.size; run++) {
      const runBytes = runs.blocks[run]! * blockBytes;
      const from = Math.max(at, activity.cursor);
      const to = Math.min(at + runBytes, activity.pieceEnd);
      if (runs.block[run] !== hole) {
        const sector = runs.block[run]! * mount.sectorsPerBlock + Math.floor((from - at) / sectorBytes);
        if (kind === Kind.WRITE) this.note(activity, run, at / blockBytes);
        mount.io.range(kind, Purpose.DATA, sector, Math.ceil((to - from) / sectorBytes), activity);
      }
      at += runBytes;
    }
    if (kind === Kind.READ && activity.holdsLock) this.requests.unlock(activity);
    return activity.outstanding === 0;
  }

  /** Tells whoever verifies contents what the blocks of a run hold from now on. */
  private note(activity: Activity, run: number, index: number): void {
    const { check } = this.mount;
    const { runs } = activity;
    if (check === null) return;
    for (let i = 0; i < runs.blocks[run]!; i++) {
      check.writes(runs.block[run]! + i, check.changed(activity.request!.file, index + i));
    }
  }

  private transferred(activity: Activity): boolean {
    const { check } = this.mount;
    const { op, file } = activity.request!;
    if (op === FileOp.WRITE) {
      activity.step = Step.CHANGE;
      return true;
    }
    const { runs } = activity;
    let index = this.firstBlock(activity);
    for (let run = 0; check !== null && run < runs.size; run++) {
      for (let i = 0; i < runs.blocks[run]!; i++)
        check.seen(file, index++, runs.block[run] === hole ? 0 : check.held(runs.block[run]! + i));
    }
    return this.end(activity);
  }

  /** The file's size and time stamps. */
  private change(activity: Activity): boolean {
    const { layout, journal } = this.mount;
    const { file } = activity.request!;
    const isGrown = activity.end > layout.size(file);
    if (!isGrown && !this.times.changed(activity.inode)) return this.end(activity);
    if (!isGrown) this.mount.cache.inodes.set(activity.inode, Inode.TOUCHED, -1);
    if (!journal.enter(activity)) return false;
    this.times.changed(activity.inode);
    activity.metadata.clear();
    if (isGrown) layout.setSize(file, activity.end, activity.metadata);
    else layout.touch(file, activity.metadata);
    journal.changed(activity.inode, isGrown);
    activity.step = Step.CHANGED;
    return true;
  }

  private end(activity: Activity): false {
    const { op, synchronous } = activity.request!;
    if (activity.holdsLock) this.requests.unlock(activity);
    if (op === FileOp.WRITE && synchronous) this.synchronizer.take(activity, Durable.NEEDED);
    else this.requests.end(activity, 0);
    return false;
  }

  private firstBlock(activity: Activity): number {
    return Math.floor(activity.request!.offset / this.mount.blockBytes);
  }

  private endBlock(activity: Activity): number {
    return Math.ceil(activity.end / this.mount.blockBytes);
  }
}
