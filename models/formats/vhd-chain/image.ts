/**
 * A disk as XenServer keeps it, a chain of differencing VHD files: turns requests into host I/O step by step. A write that changes metadata
 * holds its blocks against others, and only one request gives blocks places at a time. Blocks of one request go side by side, each stage
 * done in all before the next. It knows no time.
 * Source: XenServer's blktap, drivers/block-vhd.c.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { LIVE, Next, Op, type Extent, type FormatContext, type RequestId } from '../../io/image-format.js';
import { Content, Kind, Mode, NONE, Purpose, type FileId, type Plan } from '../../io/plan.js';
import { RangeLocks } from '../range-locks.js';
import { SnapshottingImage } from '../snapshotting-image.js';
import { ChainReader } from './chain-reader.js';
import { VhdTree, type Leaf } from './vhd-tree.js';
import type { Vhd, VhdSettings } from './vhd.js';

const enum Phase {
  START = 0,
  /** The bitmaps that are needed are in memory. */
  LOADED = 1,
  /** The data is written: BAT and bitmaps. */
  METADATA = 2,
  FINISH = 3,
}

export class VhdChainImage extends SnapshottingImage<Leaf> {
  private readonly tree: VhdTree;
  private readonly reader: ChainReader;
  private readonly slots: number;
  private readonly blocks: RangeLocks;
  /** Who gives blocks places: the BAT is written by one at a time. */
  private readonly allocation: RangeLocks;
  private readonly allocates: Uint8Array;
  /** First and last new block of a request. */
  private readonly firstNew: Int32Array;
  private readonly lastNew: Int32Array;

  constructor(context: FormatContext, settings: VhdSettings) {
    super(context, 'vhd');
    const { slots } = context;
    this.slots = slots;
    this.tree = new VhdTree(this.files, context.diskBytes, settings);
    this.reader = new ChainReader(slots + 1);
    this.blocks = new RangeLocks(slots);
    this.allocation = new RangeLocks(slots);
    this.allocates = new Uint8Array(slots);
    this.firstNew = new Int32Array(slots);
    this.lastNew = new Int32Array(slots);
  }

  /** The VHD file of a number in `files`; null where none is in use. */
  inspect(file: FileId): Vhd | null {
    return this.tree.file(file);
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const own = this.slots;
    const first = plan.size;
    this.reader.begin(own, this.leaf, offset, bytes);
    let isFirst = true;
    while (!this.reader.step(own, plan, isFirst)) isFirst = false;
    this.makeBlocking(plan, first);
  }

  extents(view: string | typeof LIVE): Extent[] {
    return this.tree.extents(view === LIVE ? this.tree.live : this.viewOf(view));
  }

  override allocatedBytes(): Bytes {
    return this.tree.allocatedBytes;
  }

  override counters(): Readonly<Record<string, number>> {
    const { lookups, bitmapReads } = this.reader;
    return {
      'index look-ups': lookups,
      'bitmap reads': bitmapReads,
      'chain length': this.tree.depth,
      'coalesced bytes': this.tree.coalescedBytes,
    };
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    const isFirst = this.phase[r] === Phase.START;
    if (isFirst) this.reader.begin(r, this.leaf, this.offset[r]!, this.bytes[r]!);
    this.phase[r] = Phase.LOADED;
    return this.reader.step(r, plan, isFirst) ? Next.DONE : Next.CONTINUE;
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    switch (this.phase[r] as Phase) {
      case Phase.START:
        return this.startWrite(r, plan);
      case Phase.LOADED:
        return this.writeData(r, plan);
      case Phase.METADATA:
        return this.writeMetadata(r, plan);
      case Phase.FINISH:
        this.leaf.mark(this.offset[r]!, this.bytes[r]!);
        if (this.allocates[r] === 1) this.allocation.release(r, this.released);
        this.blocks.release(r, this.released);
        return Next.DONE;
    }
  }

  protected planFlush(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, this.leaf.id, 0, 0);
  }

  protected control(r: RequestId, op: Op, plan: Plan): void {
    const name = this.names[r]!;
    const { tree, snapshots } = this;
    switch (op) {
      case Op.CREATE:
        this.leaf.create(plan);
        break;
      case Op.OPEN:
      case Op.OPEN_BELOW:
      case Op.OPEN_KNOWN:
        tree.open(plan);
        break;
      case Op.CLOSE:
        this.leaf.close(plan);
        break;
      case Op.SNAPSHOT:
        snapshots.set(name, tree.snapshot(name, plan));
        break;
      case Op.APPLY:
        tree.apply(this.viewOf(name), plan);
        break;
      case Op.DELETE:
        tree.delete(this.viewOf(name), plan);
        snapshots.delete(name);
        break;
      default:
        break;
    }
  }

  private get leaf(): Vhd {
    return this.tree.live.vhd;
  }

  private startWrite(r: RequestId, plan: Plan): Next {
    const { leaf } = this;
    const [offset, bytes] = [this.offset[r]!, this.bytes[r]!];
    if (leaf.isKnownPresent(offset, bytes)) {
      this.addData(plan, offset, bytes);
      return Next.DONE;
    }
    const first = leaf.blockAt(offset) * leaf.blockBytes;
    const span = (leaf.blockAt(offset + bytes - 1) + 1) * leaf.blockBytes - first;
    if (!this.blocks.isFree(first, span)) {
      this.blocks.wait(r);
      return Next.WAIT;
    }
    this.blocks.hold(r, first, span);
    this.allocates[r] = 0;
    this.phase[r] = Phase.LOADED;
    return this.reader.load(leaf, offset, bytes, plan) ? Next.CONTINUE : this.writeData(r, plan);
  }

  /** New blocks get their places: an empty bitmap each, side by side with the data. */
  private writeData(r: RequestId, plan: Plan): Next {
    const { leaf } = this;
    const [offset, bytes] = [this.offset[r]!, this.bytes[r]!];
    const last = leaf.blockAt(offset + bytes - 1);
    this.firstNew[r] = this.lastNew[r] = NONE;
    for (let block = leaf.blockAt(offset); block <= last; block++) {
      if (leaf.isAllocated(block)) continue;
      if (this.firstNew[r] === NONE) this.firstNew[r] = block;
      this.lastNew[r] = block;
    }
    if (this.firstNew[r] !== NONE) {
      if (!this.allocation.isFree(0, 1)) {
        this.allocation.wait(r);
        return Next.WAIT;
      }
      this.allocation.hold(r, 0, 1);
      this.allocates[r] = 1;
      for (let block = leaf.blockAt(offset); block <= last; block++) if (!leaf.isAllocated(block)) this.addNewBlock(plan, block);
    }
    this.addData(plan, offset, bytes);
    this.phase[r] = Phase.METADATA;
    return Next.CONTINUE;
  }

  private addNewBlock(plan: Plan, block: number): void {
    this.leaf.allocate(block);
    this.addRecord(plan, this.leaf.bitmapPlaceOf(block));
  }

  /** The sectors of the BAT with new entries, and the bitmaps that change, side by side. */
  private writeMetadata(r: RequestId, plan: Plan): Next {
    const { leaf } = this;
    const [offset, end] = [this.offset[r]!, this.offset[r]! + this.bytes[r]!];
    if (this.firstNew[r] !== NONE) {
      const lastPlace = leaf.batSectorOf(this.lastNew[r]!);
      for (let place = leaf.batSectorOf(this.firstNew[r]!); place <= lastPlace; place += sectorBytes) this.addRecord(plan, place);
    }
    for (let at = offset; at < end;) {
      const block = leaf.blockAt(at);
      const next = Math.min(end, (block + 1) * leaf.blockBytes);
      if (this.setsBits(at, next)) this.addRecord(plan, leaf.bitmapPlaceOf(block));
      at = next;
    }
    this.phase[r] = Phase.FINISH;
    return Next.CONTINUE;
  }

  /** Whether a sector from `start` to `end`, in one block, is not here yet. */
  private setsBits(start: Bytes, end: Bytes): boolean {
    return !this.leaf.has(start) || this.leaf.run(start, end - start) < end - start;
  }

  private addRecord(plan: Plan, place: Bytes): void {
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.METADATA, this.leaf.id, place, sectorBytes);
    plan.holds(entry, 0, sectorBytes, Content.METADATA, place, this.leaf.id);
  }

  /** The guest's data, in one piece a block. */
  private addData(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { leaf } = this;
    for (let at = offset; at < offset + bytes;) {
      const run = Math.min(offset + bytes, (leaf.blockAt(at) + 1) * leaf.blockBytes) - at;
      const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.DATA, leaf.id, leaf.placeOf(at), run);
      plan.holds(entry, 0, run, Content.GUEST, at);
      at += run;
    }
  }
}
