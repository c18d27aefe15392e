/**
 * An iROW image as its papers describe it: data before bitmap, bitmap before the request is done; sparse files, so that a new state costs
 * the same whatever the size of disk and clusters; a deleted snapshot's clusters move into its children. It knows no time.
 * Source: the iROW papers of 2012 and 2016; what they leave open is said where it is decided.
 */
import type { Bytes } from '../../../sim/units.js';
import { LIVE, Next, type FormatContext, type RequestId } from '../../io/image-format.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { bytesInBacking, readBackingBlocking } from '../backing.js';
import { RangeLocks } from '../range-locks.js';
import { IrowBase, ownFiles } from './base-image.js';
import { ClusterCache } from './cluster-cache.js';
import { holdsContent } from './extents.js';
import { loadedSnapshot, saveMachineState } from './machine-state.js';
import { mergeInto } from './merge.js';
import type { EntryPoints } from './published-image.js';
import type { StatePair } from './state-pair.js';
import type { StateRecord } from './states.js';

/** What a data request does next. */
const enum Phase {
  BEGIN = 0,
  /** The data are written: set the bits. */
  LINK = 1,
  /** The read is done: copy what it brought from a father. */
  COPY = 2,
}

export class PaperImage extends IrowBase {
  private readonly locks: RangeLocks;
  /** Pairs whose files were taken away. */
  private readonly spare: StatePair[] = [];
  private copiedClusters = 0;
  /** On the synchronous entry points, which take one request at a time. */
  private readonly readCache: ClusterCache | null;
  private readonly dataMode: Mode;

  constructor(context: FormatContext, clusterBytes: Bytes, copyOnDemand: boolean, entryPoints: EntryPoints) {
    super(context, clusterBytes, copyOnDemand);
    const isSynchronous = entryPoints === 'synchronous';
    this.readCache = isSynchronous ? new ClusterCache(clusterBytes) : null;
    this.dataMode = isSynchronous ? Mode.BLOCKING : Mode.ASYNC;
    this.locks = new RangeLocks(context.slots);
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.readRuns(plan, this.states.current, offset, bytes, Mode.BLOCKING, Purpose.COPY);
  }

  allocatedBytes(): Bytes {
    return this.states.list.reduce((sum, { pair }) => sum + pair.bitmap.file.bytes + pair.writtenBytes, this.meta.file.file.bytes);
  }

  counters(): Readonly<Record<string, number>> {
    return { 'clusters copied on demand': this.copiedClusters };
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    const [offset, bytes] = [this.offset[r]!, this.bytes[r]!];
    switch (this.phase[r] as Phase) {
      case Phase.LINK:
        this.link(r, plan, this.copied, offset, bytes);
        return Next.DONE;
      case Phase.COPY:
        return this.copyDemanded(r, plan);
      default:
        if (this.readCache === null) this.readRuns(plan, this.states.current, offset, bytes, this.dataMode, Purpose.DATA);
        else this.readWhole(plan, this.readCache, offset, offset + bytes);
        if (!this.copyOnDemand || this.isReadOnly || this.current.present.firstClear(offset, bytes) === -1) return Next.DONE;
        this.phase[r] = Phase.COPY;
        return Next.CONTINUE;
    }
  }

  /** Whole clusters, but for a first one that is in memory; the last is kept if some state has it. */
  private readWhole(plan: Plan, cache: ClusterCache, start: Bytes, end: Bytes): void {
    const { clusterBytes, current } = this;
    const last = current.present.blockAt(end - 1);
    let first = current.present.blockAt(start);
    if (cache.holds(first)) {
      cache.serve(plan, start, end);
      first += 1;
    }
    if (first > last) return;
    const from = first * clusterBytes;
    const bytes = Math.min((last + 1) * clusterBytes, this.diskBytes) - from;
    const rows = plan.contents?.size ?? 0;
    this.readRuns(plan, this.states.current, from, bytes, this.dataMode, Purpose.DATA);
    if (plan.contents !== null) plan.contents.clip(rows, start, end);
    const owner = this.states.ownerOf(last);
    if (owner !== null) cache.keep(last, owner.data.id);
  }

  /** Where a range lies, state by state; a state's bitmap is read when it is first asked. The backing image is read in the main loop. */
  private readRuns(plan: Plan, state: StateRecord | null, offset: Bytes, bytes: Bytes, mode: Mode, purpose: Purpose): void {
    if (state === null) {
      readBackingBlocking(this.backing, ownFiles, plan, offset, bytes);
      return;
    }
    const { pair, father } = state;
    if (!pair.isOpen) pair.readBitmap(plan);
    for (let at = offset; at < offset + bytes;) {
      const run = pair.present.run(at, offset + bytes - at);
      if (pair.present.has(pair.present.blockAt(at))) {
        const entry = plan.add(Kind.READ, mode, purpose, pair.data.id, at, run);
        plan.holds(entry, 0, run, Content.GUEST, at);
      } else this.readRuns(plan, father, at, run, mode, purpose);
      at += run;
    }
  }

  /** A part of the disk that the request itself does not bring or want. */
  private readRest(plan: Plan, offset: Bytes, end: Bytes): void {
    const rows = plan.contents?.size ?? 0;
    const bytes = Math.min(end, this.diskBytes) - offset;
    if (bytes > 0) this.readRuns(plan, this.states.current, offset, bytes, Mode.BLOCKING, Purpose.COPY);
    if (plan.contents !== null) plan.contents.size = rows;
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    const { clusterBytes, current } = this;
    const [offset, bytes] = [this.offset[r]!, this.bytes[r]!];
    const end = offset + bytes;
    const { present } = current;
    if (this.phase[r] === Phase.LINK) {
      this.link(r, plan, this.all, offset, bytes);
      return Next.DONE;
    }
    this.readCache?.drop(present.blockAt(offset), present.blockAt(end - 1));
    const setsBits = present.firstClear(offset, bytes) !== -1;
    if (setsBits && !this.hold(r)) return Next.WAIT;
    const first = present.blockAt(offset);
    const last = present.blockAt(end - 1);
    const start = present.has(first) ? offset : first * clusterBytes;
    const stop = present.has(last) ? end : Math.min((last + 1) * clusterBytes, this.diskBytes);
    if (start < offset) this.readRest(plan, start, offset);
    if (end < stop) this.readRest(plan, end, stop);
    const entry = plan.add(Kind.WRITE, this.dataMode, Purpose.DATA, current.data.id, start, stop - start);
    this.holdsPadded(plan, entry, start, stop, offset, end);
    if (!setsBits) return Next.DONE;
    this.phase[r] = Phase.LINK;
    return Next.CONTINUE;
  }

  private holdsPadded(plan: Plan, entry: number, start: Bytes, stop: Bytes, offset: Bytes, end: Bytes): void {
    plan.holds(entry, offset - start, end - offset, Content.GUEST, offset);
    if (!plan.tracksContents || stop - start === end - offset) return;
    const extents = this.extents(LIVE);
    holdsContent(plan, entry, start, offset - start, extents);
    holdsContent(plan, entry, end, stop - end, extents, end - start);
  }

  /** Keeps others from the clusters that a request touches until their bits are set. Answers whether it is its turn. */
  private hold(r: RequestId): boolean {
    const { clusterBytes } = this;
    const start = Math.floor(this.offset[r]! / clusterBytes) * clusterBytes;
    const end = Math.ceil((this.offset[r]! + this.bytes[r]!) / clusterBytes) * clusterBytes;
    const isFree = this.locks.isFree(start, end - start);
    if (isFree) this.locks.hold(r, start, end - start);
    else this.locks.wait(r);
    return isFree;
  }

  private readonly all = (): boolean => true;
  private readonly copied = (cluster: number): boolean => this.isHeldBelow(cluster);

  /** The data are on the host, and durable where writes are not so by themselves: now the bits of those clusters that were written. */
  private link(r: RequestId, plan: Plan, isWritten: (cluster: number) => boolean, offset: Bytes, bytes: Bytes): void {
    const { current } = this;
    const { present } = current;
    const first = present.blockAt(offset);
    const last = present.blockAt(offset + bytes - 1);
    this.readCache?.drop(first, last);
    for (let cluster = first; cluster <= last; cluster++) if (isWritten(cluster)) current.markPresent(cluster, 1);
    current.data.flushAfterWrite(plan);
    current.writeBits(plan, first, last + 1 - first);
    this.locks.release(r, this.released);
  }

  /** Whether a father or the backing image has a cluster. */
  private isHeldBelow(cluster: number): boolean {
    const owner = this.states.ownerOf(cluster);
    if (owner !== null) return owner !== this.current;
    return bytesInBacking(this.backing, cluster * this.clusterBytes, 1) > 0;
  }

  /** Copy-on-demand: whole clusters that a father has; not those that another request is about to set. */
  private copyDemanded(r: RequestId, plan: Plan): Next {
    const { clusterBytes } = this;
    const { present, data } = this.current;
    const [offset, end] = [this.offset[r]!, this.offset[r]! + this.bytes[r]!];
    const first = present.blockAt(offset);
    const last = present.blockAt(end - 1);
    if (!this.locks.isFree(first * clusterBytes, (last + 1 - first) * clusterBytes)) return Next.DONE;
    const isWanted = (cluster: number): boolean => !present.has(cluster) && this.isHeldBelow(cluster);
    if (isWanted(first)) this.readRest(plan, first * clusterBytes, offset);
    if (isWanted(last)) this.readRest(plan, end, (last + 1) * clusterBytes);
    const reads = plan.size;
    for (let cluster = first; cluster <= last; cluster++) {
      if (!isWanted(cluster)) continue;
      const start = cluster * clusterBytes;
      let clusters = 1;
      while (cluster < last && isWanted(cluster + 1)) [cluster, clusters] = [cluster + 1, clusters + 1];
      const bytes = Math.min(clusters * clusterBytes, this.diskBytes - start);
      const entry = plan.add(Kind.WRITE, this.dataMode, Purpose.COPY, data.id, start, bytes);
      if (plan.tracksContents) holdsContent(plan, entry, start, bytes, this.extents(LIVE));
      this.copiedClusters += clusters;
    }
    if (plan.size === reads) return Next.DONE;
    this.hold(r);
    this.phase[r] = Phase.LINK;
    return Next.CONTINUE;
  }

  /** Data, then bitmap, then the backing image. */
  protected planFlush(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, this.current.data.id, 0, 0);
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.METADATA, this.current.bitmap.id, 0, 0, plan.size - 1);
  }

  protected create(plan: Plan): void {
    this.current.createSparse(plan, this.diskBytes);
  }

  protected saveState(plan: Plan, offset: Bytes, bytes: Bytes): void {
    saveMachineState(plan, this.states.current, this.current.bitmapSectorBytes, offset, bytes);
  }

  protected loadState(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { pair } = loadedSnapshot(this.states);
    pair.bitmap.read(plan, pair.bitmapSectorBytes + offset, bytes);
  }

  protected open(plan: Plan): void {
    this.readCache?.empty();
    for (const { pair } of this.states.list) {
      pair.isOpen = false;
      pair.bitmap.open(this.mode);
      pair.data.open(this.mode);
    }
    this.meta.file.open(this.mode);
    this.meta.readHeader(plan);
    this.meta.readRecords(plan, this.states.list.length);
    this.current.readBitmap(plan);
  }

  private newPair(plan: Plan): StatePair {
    const pair = this.spare.pop() ?? this.addPair();
    pair.bitmap.open(this.mode);
    pair.data.open(this.mode);
    pair.createSparse(plan, this.diskBytes);
    return pair;
  }

  private recordOf(state: StateRecord): number {
    return this.states.list.indexOf(state);
  }

  /** Two new files; the record of the snapshot, and of the new current state. */
  protected snapshot(plan: Plan, name: string): void {
    const before = this.states.current;
    this.states.snapshot(name, this.newPair(plan));
    this.meta.update(plan, [this.recordOf(before), this.recordOf(this.states.current)]);
  }

  /** Two new files take the place of the current ones, which go when the records say so: stopped in between, one of the two states is whole. */
  protected apply(plan: Plan, target: StateRecord): void {
    const { current } = this.states;
    const before = current.pair;
    this.readCache?.empty();
    current.pair = this.newPair(plan);
    const left = current.father;
    this.states.apply(target);
    const records = new Set([left ?? target, target, current].map((state) => this.recordOf(state)));
    this.meta.update(plan, [...records]);
    before.remove(plan);
    this.spare.push(before);
  }

  /** What only the snapshot has moves into each of its children before it goes. */
  protected delete(plan: Plan, snapshot: StateRecord): void {
    if (!snapshot.pair.isOpen) snapshot.pair.readBitmap(plan);
    this.readCache?.empty();
    for (const { pair } of this.states.childrenOf(snapshot)) mergeInto(plan, snapshot.pair, pair, this.diskBytes);
    this.states.remove(snapshot);
    this.meta.rewrite(plan, this.states.list.length);
    snapshot.pair.remove(plan);
    this.spare.push(snapshot.pair);
  }
}
