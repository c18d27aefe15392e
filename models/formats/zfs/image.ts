/**
 * A virtual disk in a file of ZFS: turns requests into host I/O step by step. A write puts whole records at new places, then a record into
 * the intent log, then is acknowledged; the blocks that point to the records follow once a transaction group. The request that fills a group
 * waits until it is on disk. Indirect blocks stay in memory once read; data is not cached; the few blocks of the object set above the file
 * are left out. It knows no time.
 * Source: ZFS on-disk specification; OnceCloud paper, section 2.
 */
import type { Bytes } from '../../../sim/units.js';
import { LIVE, Next, type Extent, type FormatContext, type RequestId } from '../../io/image-format.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { ExtentList } from '../backing.js';
import { RangeLocks } from '../range-locks.js';
import { SharedPlaces } from '../shared-places.js';
import { UnlinkedImage } from '../unlinked-image.js';
import { BlockTree, type IndirectBlock } from './block-tree.js';
import { Generations, Grace } from './grace.js';
import { describeTree, type ZfsBlock, type ZfsTables } from './inspect.js';
import { PoolLayout } from './pool-layout.js';

export interface ZfsSettings {
  readonly recordBytes: Bytes;
  readonly indirectBytes: Bytes;
  /** Written records that fill a transaction group. */
  readonly groupBytes: Bytes;
  readonly intentLog: boolean;
}

const pointerBytes: Bytes = 128;

const enum Phase {
  START = 0,
  /** Read the indirect blocks on the way. */
  WALK = 1,
  DATA = 2,
  LOG = 3,
  LINK = 4,
  /** The group's indirect blocks are written. */
  UBERBLOCK = 5,
  FINISH = 6,
}

export class ZfsImage extends UnlinkedImage<IndirectBlock> {
  private readonly recordPlaces: SharedPlaces;
  private readonly indirectPlaces: SharedPlaces;
  private readonly freedRecords: Grace;
  private readonly freedIndirects: Grace;
  private readonly tree: BlockTree;
  private readonly layout = new PoolLayout();
  private readonly generations: Generations;
  private readonly locks: RangeLocks;
  /** New places of the records that a request writes. */
  private readonly taken: number[][];
  private groupBytes: Bytes = 0;
  private isCommitting = false;
  private lookups = 0;

  constructor(
    context: FormatContext,
    private readonly settings: ZfsSettings,
  ) {
    super(context, 'zfs');
    const { slots, diskBytes } = context;
    this.files[0]!.bytes = PoolLayout.firstPlace;
    this.recordPlaces = new SharedPlaces(() => this.extend(settings.recordBytes));
    this.indirectPlaces = new SharedPlaces(() => this.extend(settings.indirectBytes));
    this.freedRecords = new Grace(this.recordPlaces);
    this.freedIndirects = new Grace(this.indirectPlaces);
    this.tree = new BlockTree(
      Math.ceil(diskBytes / settings.recordBytes),
      settings.indirectBytes,
      pointerBytes,
      this.recordPlaces,
      this.indirectPlaces,
      this.freedRecords,
      this.freedIndirects,
    );
    this.generations = new Generations(slots);
    this.locks = new RangeLocks(slots);
    this.taken = Array.from({ length: slots }, () => []);
  }

  /** What the metadata says while request `r` is carried out. */
  inspect(r: RequestId): ZfsTables {
    const { recordPlaces, indirectPlaces, tree, layout, snapshots, settings } = this;
    const blocks = new Map<Bytes, ZfsBlock>();
    const roots: [string, Bytes][] = [];
    for (const [name, root] of [['', tree.root] as const, ...snapshots]) {
      describeTree(root, recordPlaces, indirectPlaces, blocks);
      if (root.place !== -1) roots.push([name, indirectPlaces.offsetOf(root.place)]);
    }
    const { recordBytes, indirectBytes } = settings;
    const taken = this.taken[r]!.map((place) => recordPlaces.offsetOf(place));
    return { recordBytes, indirectBytes, groups: layout.groups, logRecords: layout.logRecords, taken, roots, blocks };
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const first = plan.size;
    while (this.tree.load(plan, this.recordAt(offset), this.recordAt(offset + bytes - 1)));
    this.readRecords(plan, offset, bytes);
    this.makeBlocking(plan, first);
  }

  extents(view: string | typeof LIVE): Extent[] {
    const { recordBytes } = this.settings;
    const list = new ExtentList(null, 0);
    const root = view === LIVE ? this.tree.root : this.viewOf(view);
    for (let at = 0; at < this.diskBytes; at += recordBytes) {
      const place = this.tree.find(this.recordAt(at), root);
      const bytes = Math.min(recordBytes, this.diskBytes - at);
      if (place === -1) list.add(at, bytes, -1, 0);
      else list.add(at, bytes, 0, this.recordPlaces.offsetOf(place));
    }
    return list.rows;
  }

  override allocatedBytes(): Bytes {
    const { recordBytes, indirectBytes } = this.settings;
    return PoolLayout.firstPlace + this.recordPlaces.inUse * recordBytes + this.indirectPlaces.inUse * indirectBytes;
  }

  override counters(): Readonly<Record<string, number>> {
    return { 'index look-ups': this.lookups, 'transaction groups': this.layout.groups };
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    const [offset, bytes] = [this.offset[r]!, this.bytes[r]!];
    if (this.phase[r] === Phase.FINISH) {
      this.generations.leave(r);
      return Next.DONE;
    }
    if (this.phase[r] === Phase.START) this.generations.enter(r);
    this.phase[r] = Phase.WALK;
    if (this.tree.load(plan, this.recordAt(offset), this.recordAt(offset + bytes - 1))) return Next.CONTINUE;
    this.readRecords(plan, offset, bytes);
    this.phase[r] = Phase.FINISH;
    return Next.CONTINUE;
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    switch (this.phase[r] as Phase) {
      case Phase.START:
        return this.startWrite(r, plan);
      case Phase.WALK:
        return this.walk(r, plan);
      case Phase.DATA:
        return this.writeRecords(r, plan);
      case Phase.LOG:
        this.layout.writeLog(plan, Mode.ASYNC);
        this.phase[r] = Phase.LINK;
        return Next.CONTINUE;
      case Phase.LINK:
        return this.link(r, plan);
      case Phase.UBERBLOCK:
        this.layout.writeUberblocks(plan, Mode.ASYNC);
        this.phase[r] = Phase.FINISH;
        return Next.CONTINUE;
      case Phase.FINISH:
        this.endCommit();
        return Next.DONE;
    }
  }

  /** Every write is in the log, if there is one: the device makes durable what it holds. */
  protected planFlush(plan: Plan): void {
    if (this.settings.intentLog) plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
  }

  protected create(plan: Plan): void {
    this.layout.writeLabels(plan, Mode.BLOCKING);
    this.commit(plan);
  }

  protected open(plan: Plan): void {
    this.tree.forget();
    this.layout.readLabels(plan, Mode.BLOCKING);
  }

  protected close(plan: Plan): void {
    this.commit(plan);
  }

  // Any change of the set of snapshots is a group of its own.

  protected snapshot(name: string, plan: Plan): void {
    this.commit(plan);
    this.snapshots.set(name, this.tree.keep(this.tree.root));
    this.commit(plan);
  }

  protected rollBack(name: string, plan: Plan): void {
    this.commit(plan);
    this.apply(this.viewOf(name));
    this.commit(plan);
  }

  protected remove(name: string, plan: Plan): void {
    this.commit(plan);
    this.tree.drop(this.viewOf(name));
    this.snapshots.delete(name);
    this.commit(plan);
  }

  private recordAt(offset: Bytes): number {
    return Math.floor(offset / this.settings.recordBytes);
  }

  /** Whole records, as their checksums need. */
  private readRecords(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.lookups += 1;
    for (let at = offset; at < offset + bytes;) {
      const run = this.runInRecord(at, offset + bytes);
      const place = this.tree.find(this.recordAt(at));
      if (place !== -1) {
        const entry = this.readRecord(plan, place, Purpose.DATA);
        plan.holds(entry, at % this.settings.recordBytes, run, Content.GUEST, at);
      }
      at += run;
    }
  }

  private readRecord(plan: Plan, place: number, purpose: Purpose): number {
    return plan.add(Kind.READ, Mode.ASYNC, purpose, 0, this.recordPlaces.offsetOf(place), this.settings.recordBytes);
  }

  private runInRecord(at: Bytes, end: Bytes): Bytes {
    return Math.min(end, (this.recordAt(at) + 1) * this.settings.recordBytes) - at;
  }

  private startWrite(r: RequestId, plan: Plan): Next {
    const { recordBytes } = this.settings;
    const first = this.recordAt(this.offset[r]!) * recordBytes;
    const span = (this.recordAt(this.offset[r]! + this.bytes[r]! - 1) + 1) * recordBytes - first;
    if (!this.locks.isFree(first, span)) {
      this.locks.wait(r);
      return Next.WAIT;
    }
    this.locks.hold(r, first, span);
    this.generations.enter(r);
    return this.walk(r, plan);
  }

  /** The way to the records, then those of which a part stays. */
  private walk(r: RequestId, plan: Plan): Next {
    const { recordBytes } = this.settings;
    const [offset, end] = [this.offset[r]!, this.offset[r]! + this.bytes[r]!];
    const first = this.recordAt(offset);
    const last = this.recordAt(end - 1);
    this.phase[r] = Phase.WALK;
    if (this.tree.load(plan, first, last)) return Next.CONTINUE;
    const isHeadPartial = offset % recordBytes !== 0;
    const isTailPartial = end % recordBytes !== 0 && end < this.diskBytes;
    if (isHeadPartial || (isTailPartial && first === last)) this.readOld(plan, first);
    if (isTailPartial && first !== last) this.readOld(plan, last);
    if (plan.size === 0) return this.writeRecords(r, plan);
    this.phase[r] = Phase.DATA;
    return Next.CONTINUE;
  }

  private readOld(plan: Plan, record: number): void {
    const place = this.tree.find(record);
    if (place !== -1) this.readRecord(plan, place, Purpose.COPY);
  }

  private writeRecords(r: RequestId, plan: Plan): Next {
    const [offset, end] = [this.offset[r]!, this.offset[r]! + this.bytes[r]!];
    const taken = this.taken[r]!;
    taken.length = 0;
    for (let at = offset; at < end;) {
      const run = this.runInRecord(at, end);
      const place = this.recordPlaces.take();
      taken.push(place);
      this.writeRecord(plan, place, at, run);
      at += run;
    }
    this.phase[r] = this.settings.intentLog ? Phase.LOG : Phase.LINK;
    return Next.CONTINUE;
  }

  private writeRecord(plan: Plan, place: number, at: Bytes, run: Bytes): void {
    const { recordBytes } = this.settings;
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.DATA, 0, this.recordPlaces.offsetOf(place), recordBytes);
    const old = this.tree.find(this.recordAt(at));
    const head = at % recordBytes;
    this.recordPlaces.holdsRest(plan, entry, old, head, run, recordBytes);
    plan.holds(entry, head, run, Content.GUEST, at);
  }

  /** The write is durable: the tree points to it. A full group goes to disk. */
  private link(r: RequestId, plan: Plan): Next {
    const taken = this.taken[r]!;
    const first = this.recordAt(this.offset[r]!);
    for (let i = 0; i < taken.length; i++) this.tree.set(first + i, taken[i]!);
    this.groupBytes += taken.length * this.settings.recordBytes;
    this.locks.release(r, this.released);
    this.generations.leave(r);
    if (this.groupBytes < this.settings.groupBytes || this.isCommitting) return Next.DONE;
    this.beginCommit(plan, Mode.ASYNC);
    this.phase[r] = Phase.UBERBLOCK;
    return Next.CONTINUE;
  }

  private apply(root: IndirectBlock): void {
    this.tree.drop(this.tree.root);
    this.tree.root = this.tree.keep(root);
  }

  /** A whole transaction group at once. */
  private commit(plan: Plan): void {
    this.beginCommit(plan, Mode.BLOCKING);
    this.layout.writeUberblocks(plan, Mode.BLOCKING);
    this.endCommit();
  }

  private beginCommit(plan: Plan, mode: Mode): void {
    this.isCommitting = true;
    this.groupBytes = 0;
    this.freedRecords.beginCommit();
    this.freedIndirects.beginCommit();
    this.tree.writeDirty(plan, mode);
  }

  private endCommit(): void {
    const isNewGeneration = this.generations.next();
    this.freedRecords.endCommit(isNewGeneration);
    this.freedIndirects.endCommit(isNewGeneration);
    this.isCommitting = false;
  }
}
