/**
 * A virtual disk in a file of OCFS2 whose snapshots are reflinks: turns requests into host I/O step by step. A cluster that files share is
 * copied when it is first written, and one that the file alone has is written in place. What changes of extents and counts goes to the
 * journal before a write is acknowledged. Metadata stays in memory once read; data is not cached. It knows no time.
 * Source: OCFS2, fs/ocfs2/refcounttree.c; OnceCloud paper, section 2.
 */
import type { Bytes } from '../../../sim/units.js';
import { LIVE, Next, type Extent, type FormatContext, type RequestId } from '../../io/image-format.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { ExtentList } from '../backing.js';
import { RangeLocks } from '../range-locks.js';
import { SharedPlaces } from '../shared-places.js';
import { UnlinkedImage } from '../unlinked-image.js';
import { ExtentMap } from './extent-map.js';
import { describeFiles, type Ocfs2Tables } from './inspect.js';
import { Journal, MetadataBlock, metadataBlockBytes } from './metadata-blocks.js';
import { RefcountTree } from './refcount-tree.js';

export interface Ocfs2Settings {
  readonly clusterBytes: Bytes;
  readonly journalBytes: Bytes;
}

const enum Phase {
  START = 0,
  /** Read the extent blocks. */
  WALK = 1,
  DATA = 2,
  JOURNAL = 3,
  /** The blocks of the full journal are where they belong. */
  CHECKPOINTED = 4,
  FINISH = 5,
}

/** The inode and the allocator's bitmap stand before the journal. */
const inodeBlock: Bytes = 0;
const bitmapBlock: Bytes = metadataBlockBytes;
const journalStart: Bytes = 2 * metadataBlockBytes;
/** Name of a reflink that is to become the live file; no snapshot's. */
export const beingMade = '/new';

export class Ocfs2Image extends UnlinkedImage<ExtentMap> {
  private map: ExtentMap;
  private readonly clusterPlaces: SharedPlaces;
  private readonly blockPlaces: SharedPlaces;
  private readonly counts: RefcountTree;
  private readonly journal: Journal;
  private readonly inode = new MetadataBlock(inodeBlock);
  private readonly bitmap = new MetadataBlock(bitmapBlock);
  private readonly locks: RangeLocks;
  private readonly journalLock: RangeLocks;
  /** New places of the clusters that a request writes anew; -1 for those written in place. */
  private readonly taken: number[][];
  private lookups = 0;
  private copiedClusters = 0;

  constructor(
    context: FormatContext,
    private readonly settings: Ocfs2Settings,
  ) {
    super(context, 'ocfs2');
    const { slots, diskBytes } = context;
    const { clusterBytes, journalBytes } = settings;
    this.files[0]!.bytes = journalStart + journalBytes;
    this.clusterPlaces = new SharedPlaces(() => this.extend(clusterBytes));
    this.blockPlaces = new SharedPlaces(() => this.extend(metadataBlockBytes));
    this.counts = new RefcountTree(this.clusterPlaces, this.blockPlaces);
    this.journal = new Journal(journalStart, journalBytes);
    this.map = new ExtentMap(Math.ceil(diskBytes / clusterBytes), this.blockPlaces);
    this.locks = new RangeLocks(slots);
    this.journalLock = new RangeLocks(slots);
    this.taken = Array.from({ length: slots }, () => []);
  }

  /** What the metadata says. */
  inspect(): Ocfs2Tables {
    const { journal, settings, map, snapshots, clusterPlaces } = this;
    return {
      journalStart,
      journalBytes: settings.journalBytes,
      transaction: { number: journal.transactions, start: journal.lastStart, commit: journal.lastCommit },
      dirty: journal.dirtyHomes,
      ...describeFiles([['', map], ...snapshots], clusterPlaces),
    };
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const first = plan.size;
    this.load(plan, offset, bytes);
    this.readClusters(plan, offset, bytes);
    this.makeBlocking(plan, first);
  }

  extents(view: string | typeof LIVE): Extent[] {
    const { clusterBytes } = this.settings;
    const list = new ExtentList(null, 0);
    const map = view === LIVE ? this.map : this.viewOf(view);
    for (let at = 0; at < this.diskBytes; at += clusterBytes) {
      const place = map.find(this.clusterAt(at));
      const bytes = Math.min(clusterBytes, this.diskBytes - at);
      if (place === -1) list.add(at, bytes, -1, 0);
      else list.add(at, bytes, 0, this.clusterPlaces.offsetOf(place));
    }
    return list.rows;
  }

  override allocatedBytes(): Bytes {
    const { clusterBytes, journalBytes } = this.settings;
    return journalStart + journalBytes + this.clusterPlaces.inUse * clusterBytes + this.blockPlaces.inUse * metadataBlockBytes;
  }

  override counters(): Readonly<Record<string, number>> {
    return { 'index look-ups': this.lookups, 'copied clusters': this.copiedClusters, transactions: this.journal.transactions };
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    const [offset, bytes] = [this.offset[r]!, this.bytes[r]!];
    if (this.phase[r] === Phase.START && this.load(plan, offset, bytes)) {
      this.phase[r] = Phase.WALK;
      return Next.CONTINUE;
    }
    this.readClusters(plan, offset, bytes);
    return Next.DONE;
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    switch (this.phase[r] as Phase) {
      case Phase.START:
        return this.startWrite(r, plan);
      case Phase.WALK:
        return this.readShared(r, plan);
      case Phase.DATA:
        return this.writeClusters(r, plan);
      case Phase.CHECKPOINTED:
        this.journalLock.release(r, this.released);
        return this.writeJournal(r, plan);
      case Phase.JOURNAL:
        return this.writeJournal(r, plan);
      case Phase.FINISH:
        this.locks.release(r, this.released);
        return Next.DONE;
    }
  }

  protected planFlush(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
  }

  protected create(plan: Plan): void {
    this.journalAll(plan, [this.inode]);
  }

  protected open(plan: Plan): void {
    this.map.forget();
    plan.add(Kind.READ, Mode.BLOCKING, Purpose.METADATA, 0, inodeBlock, metadataBlockBytes);
  }

  protected close(plan: Plan): void {
    this.journal.checkpoint(plan, Mode.BLOCKING);
  }

  protected snapshot(name: string, plan: Plan): void {
    this.reflink(this.map, name, plan);
  }

  private clusterAt(offset: Bytes): number {
    return Math.floor(offset / this.settings.clusterBytes);
  }

  /** Adds reads of the extent blocks of a range that are not in memory. Answers whether there are any. */
  private load(plan: Plan, offset: Bytes, bytes: Bytes): boolean {
    const last = this.map.blockAt(this.clusterAt(offset + bytes - 1));
    let isAny = false;
    for (let i = this.map.blockAt(this.clusterAt(offset)); i <= last; i++) {
      const block = this.map.metadataOf(i);
      if (block === null || block.isInMemory) continue;
      plan.add(Kind.READ, Mode.ASYNC, Purpose.METADATA, 0, block.home, metadataBlockBytes);
      block.isInMemory = isAny = true;
    }
    return isAny;
  }

  /** What is asked for, in as few pieces as it lies in. */
  private readClusters(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const end = offset + bytes;
    this.lookups += 1;
    for (let at = offset; at < end;) {
      const place = this.placeOf(at);
      let next = this.clusterEnd(at, end);
      while (next < end && place !== -1 && this.placeOf(next) === place + next - at) next = this.clusterEnd(next, end);
      if (place !== -1) {
        const entry = plan.add(Kind.READ, Mode.ASYNC, Purpose.DATA, 0, place, next - at);
        plan.holds(entry, 0, next - at, Content.GUEST, at);
      }
      at = next;
    }
  }

  /** Where `offset` of the disk lies in the file; -1 in a hole. */
  private placeOf(offset: Bytes): Bytes {
    const place = this.map.find(this.clusterAt(offset));
    return place === -1 ? -1 : this.clusterPlaces.offsetOf(place) + (offset % this.settings.clusterBytes);
  }

  private clusterEnd(at: Bytes, end: Bytes): Bytes {
    return Math.min(end, (this.clusterAt(at) + 1) * this.settings.clusterBytes);
  }

  /** Whether a write gets a new cluster: there is none yet, or others refer to it too. */
  private needsNew(cluster: number): boolean {
    const place = this.map.find(cluster);
    return place === -1 || this.clusterPlaces.isShared(place);
  }

  /** Whether all clusters of a write stay where they are, as far as what is in memory says. */
  private staysInPlace(offset: Bytes, end: Bytes): boolean {
    for (let at = offset; at < end; at = this.clusterEnd(at, end)) {
      const cluster = this.clusterAt(at);
      if (this.map.metadataOf(this.map.blockAt(cluster))?.isInMemory !== true || this.needsNew(cluster)) return false;
    }
    return true;
  }

  private startWrite(r: RequestId, plan: Plan): Next {
    const { clusterBytes } = this.settings;
    const [offset, end] = [this.offset[r]!, this.offset[r]! + this.bytes[r]!];
    if (this.staysInPlace(offset, end)) {
      for (let at = offset; at < end; at = this.clusterEnd(at, end)) this.writeInPlace(plan, at, this.clusterEnd(at, end) - at);
      return Next.DONE;
    }
    const first = this.clusterAt(offset) * clusterBytes;
    const span = (this.clusterAt(end - 1) + 1) * clusterBytes - first;
    if (!this.locks.isFree(first, span)) {
      this.locks.wait(r);
      return Next.WAIT;
    }
    this.locks.hold(r, first, span);
    this.phase[r] = Phase.WALK;
    return this.load(plan, offset, end - offset) ? Next.CONTINUE : this.readShared(r, plan);
  }

  /** Shared clusters of which a part stays. */
  private readShared(r: RequestId, plan: Plan): Next {
    const { clusterBytes } = this.settings;
    const [offset, end] = [this.offset[r]!, this.offset[r]! + this.bytes[r]!];
    const isHeadPartial = offset % clusterBytes !== 0;
    const isTailPartial = end % clusterBytes !== 0 && end < this.diskBytes;
    const [first, last] = [this.clusterAt(offset), this.clusterAt(end - 1)];
    if (isHeadPartial || (isTailPartial && first === last)) this.readOld(plan, first);
    if (isTailPartial && first !== last) this.readOld(plan, last);
    if (plan.size === 0) return this.writeClusters(r, plan);
    this.phase[r] = Phase.DATA;
    return Next.CONTINUE;
  }

  private readOld(plan: Plan, cluster: number): void {
    const place = this.map.find(cluster);
    if (place === -1 || !this.clusterPlaces.isShared(place)) return;
    plan.add(Kind.READ, Mode.ASYNC, Purpose.COPY, 0, this.clusterPlaces.offsetOf(place), this.settings.clusterBytes);
    this.copiedClusters += 1;
  }

  private writeClusters(r: RequestId, plan: Plan): Next {
    const [offset, end] = [this.offset[r]!, this.offset[r]! + this.bytes[r]!];
    const taken = this.taken[r]!;
    taken.length = 0;
    let isAnyNew = false;
    for (let at = offset; at < end;) {
      const next = this.clusterEnd(at, end);
      const isNew = this.needsNew(this.clusterAt(at));
      taken.push(isNew ? this.clusterPlaces.take() : -1);
      if (isNew) this.writeNew(plan, taken[taken.length - 1]!, at, next - at);
      else this.writeInPlace(plan, at, next - at);
      isAnyNew ||= isNew;
      at = next;
    }
    this.phase[r] = isAnyNew ? Phase.JOURNAL : Phase.FINISH;
    return Next.CONTINUE;
  }

  private writeInPlace(plan: Plan, at: Bytes, bytes: Bytes): void {
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.DATA, 0, this.placeOf(at), bytes);
    plan.holds(entry, 0, bytes, Content.GUEST, at);
  }

  /** A whole new cluster: the guest's part, and around it what was there before. */
  private writeNew(plan: Plan, place: number, at: Bytes, bytes: Bytes): void {
    const { clusterBytes } = this.settings;
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.DATA, 0, this.clusterPlaces.offsetOf(place), clusterBytes);
    const head = at % clusterBytes;
    const old = this.map.find(this.clusterAt(at));
    this.clusterPlaces.holdsRest(plan, entry, old, head, bytes, clusterBytes);
    plan.holds(entry, head, bytes, Content.GUEST, at);
  }

  /** The data is there: extents and counts change, by way of the journal. */
  private writeJournal(r: RequestId, plan: Plan): Next {
    const taken = this.taken[r]!;
    // Every new cluster may change two blocks; inode and bitmap come on top.
    const most = 2 * taken.length + 2;
    if (!this.journalLock.isFree(0, 1)) {
      this.journalLock.wait(r);
      this.phase[r] = Phase.JOURNAL;
      return Next.WAIT;
    }
    if (!this.journal.hasRoom(Math.min(most, this.journal.mostBlocks))) {
      this.journalLock.hold(r, 0, 1);
      this.journal.checkpoint(plan, Mode.ASYNC);
      this.phase[r] = Phase.CHECKPOINTED;
      return Next.CONTINUE;
    }
    this.link(r, plan);
    this.phase[r] = Phase.FINISH;
    return Next.CONTINUE;
  }

  private link(r: RequestId, plan: Plan): void {
    const taken = this.taken[r]!;
    const first = this.clusterAt(this.offset[r]!);
    const { journal, counts, map } = this;
    counts.beginChange();
    let blocks = 1;
    journal.touch(this.bitmap);
    for (let i = 0; i < taken.length; i++) {
      if (taken[i] === -1) continue;
      const old = map.find(first + i);
      if (old !== -1) counts.unrefer(old);
      journal.touch(map.set(first + i, taken[i]!));
    }
    blocks += map.blockAt(first + taken.length - 1) - map.blockAt(first) + 1;
    for (const block of counts.changedBlocks) journal.touch(block);
    journal.write(plan, Mode.ASYNC, Math.min(blocks + counts.changedBlocks.length, journal.mostBlocks));
  }

  /** The live file is replaced by a reflink of a snapshot, under another name until it is there. */
  protected rollBack(name: string, plan: Plan): void {
    const before = this.map;
    this.reflink(this.viewOf(name), beingMade, plan);
    this.map = this.viewOf(beingMade);
    this.snapshots.set(beingMade, before);
    this.remove(beingMade, plan);
  }

  /** A file of the same extents: every cluster gets a reference more, and no data is copied. */
  private reflink(from: ExtentMap, name: string, plan: Plan): void {
    this.counts.beginChange();
    const copy = from.copy();
    this.snapshots.set(name, copy);
    for (const place of copy.places()) this.counts.refer(place);
    const blocks: MetadataBlock[] = [this.inode, this.bitmap];
    for (let i = 0; i < copy.extentBlocks; i++) {
      const block = copy.metadataOf(i);
      if (block !== null) blocks.push(block);
    }
    this.journalAll(plan, [...blocks, ...this.counts.changedBlocks]);
  }

  /** A file goes: its clusters lose a reference each. */
  protected remove(name: string, plan: Plan): void {
    this.counts.beginChange();
    const map = this.viewOf(name);
    this.snapshots.delete(name);
    for (const place of map.places()) this.counts.unrefer(place);
    map.free();
    this.journalAll(plan, [this.inode, this.bitmap, ...this.counts.changedBlocks]);
  }

  /** As many transactions as the blocks need. */
  private journalAll(plan: Plan, blocks: readonly MetadataBlock[]): void {
    const { journal } = this;
    for (let i = 0; i < blocks.length; i += journal.mostBlocks) {
      const some = blocks.slice(i, i + journal.mostBlocks);
      if (!journal.hasRoom(some.length)) journal.checkpoint(plan, Mode.BLOCKING);
      for (const block of some) journal.touch(block);
      journal.write(plan, Mode.BLOCKING, some.length);
    }
  }
}
