/**
 * An iROW image as its published driver handles it: turns requests into host I/O step by step. Metadata, whole clusters and what comes
 * from fathers are BLOCKING; on the asynchronous entry points the guest's own range is ASYNC. It knows no time.
 * Source: the driver of 2012 on QEMU 0.12.5, seen in recorded operations.
 */
import type { Bytes } from '../../../sim/units.js';
import { LIVE, Next, type Op, type FormatContext, type RequestId } from '../../io/image-format.js';
import { Content, Kind, Mode, NONE, Purpose, type Plan } from '../../io/plan.js';
import { IrowBase, ownFiles } from './base-image.js';
import { ClusterCache } from './cluster-cache.js';
import { ClusterRuns, runOf } from './cluster-runs.js';
import { holdsContent } from './extents.js';
import { Fathers } from './fathers.js';
import { loadedSnapshot, saveMachineState } from './machine-state.js';
import type { StatePair } from './state-pair.js';
import type { StateRecord } from './states.js';

export interface PublishedSettings {
  readonly clusterBytes: Bytes;
  readonly copyOnDemand: boolean;
  /** Whether the host's file system can preallocate. */
  readonly fallocate: boolean;
  readonly entryPoints: EntryPoints;
}

/** Which of the driver's entry points data requests come in by: the emulated disk's, or those of qemu-io and of the hypervisor itself. */
export type EntryPoints = 'asynchronous' | 'synchronous';

/** What a data request does next. */
const enum Phase {
  BEGIN = 0,
  /** The current state is read: get what it does not hold. */
  FATHERS = 1,
}

export class PublishedImage extends IrowBase {
  /** Of requests that begin from now on. */
  entryPoints: EntryPoints;
  private readonly readCache: ClusterCache;
  private readonly fathers: Fathers;
  private bitmapRewrites = 0;

  // Requests, by slot.
  private readonly isSynchronous: Uint8Array;
  private readonly absent: ClusterRuns[];

  constructor(
    context: FormatContext,
    private readonly settings: PublishedSettings,
  ) {
    const { slots, backing } = context;
    const { clusterBytes } = settings;
    super(context, clusterBytes, settings.copyOnDemand);
    this.entryPoints = settings.entryPoints;
    this.readCache = new ClusterCache(clusterBytes);
    this.fathers = new Fathers(clusterBytes, this.states, this.meta, this.readCache, backing, ownFiles);
    this.isSynchronous = new Uint8Array(slots);
    this.absent = Array.from({ length: slots + 1 }, () => new ClusterRuns());
  }

  override begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    super.begin(r, op, offset, bytes, name);
    this.isSynchronous[r] = this.entryPoints === 'synchronous' ? 1 : 0;
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.readSynchronously(plan, offset, bytes, Purpose.COPY, this.absent[this.absent.length - 1]!);
  }

  allocatedBytes(): Bytes {
    const { fallocate } = this.settings;
    return this.states.list.reduce(
      (sum, { pair }) => sum + pair.bitmap.file.bytes + (fallocate ? pair.data.file.bytes : pair.writtenBytes),
      this.meta.file.file.bytes,
    );
  }

  counters(): Readonly<Record<string, number>> {
    return { 'bitmap rewrites': this.bitmapRewrites, 'cluster cache hits': this.readCache.hits, 'fathers opened': this.fathers.opens };
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    const [offset, bytes, absent] = [this.offset[r]!, this.bytes[r]!, this.absent[r]!];
    if (this.phase[r] === Phase.FATHERS) {
      this.readAbsent(plan, absent, offset, offset + bytes);
      return Next.DONE;
    }
    if (this.isSynchronous[r] === 1) {
      this.readSynchronously(plan, offset, bytes, Purpose.DATA, absent);
      return Next.DONE;
    }
    const { present, data } = this.current;
    absent.collectAbsent(present, present.blockAt(offset), present.blockAt(offset + bytes - 1));
    const entry = plan.add(Kind.READ, Mode.ASYNC, Purpose.DATA, data.id, offset, bytes);
    this.holdsPresent(plan, entry, offset, offset, offset + bytes);
    if (absent.size === 0) return Next.DONE;
    this.phase[r] = Phase.FATHERS;
    return Next.CONTINUE;
  }

  /** Whole clusters of the current state, present or not; then what it does not hold. */
  private readSynchronously(plan: Plan, offset: Bytes, bytes: Bytes, purpose: Purpose, absent: ClusterRuns): void {
    const { clusterBytes } = this;
    const { present, data } = this.current;
    const end = offset + bytes;
    const last = present.blockAt(end - 1);
    let first = present.blockAt(offset);
    if (this.readCache.holds(first)) {
      this.readCache.serve(plan, offset, end);
      first += 1;
    }
    if (first > last) return;
    const entry = plan.size;
    data.readSectors(plan, first * clusterBytes, (last + 1 - first) * clusterBytes, purpose);
    this.holdsPresent(plan, entry, first * clusterBytes, Math.max(offset, first * clusterBytes), end);
    if (present.has(last)) this.readCache.keep(last, data.id);
    absent.collectAbsent(present, first, last);
    this.readAbsent(plan, absent, offset, end);
  }

  private readAbsent(plan: Plan, absent: ClusterRuns, start: Bytes, end: Bytes): void {
    for (let i = 0; i < absent.size; i++) this.fathers.read(plan, absent.first[i]!, absent.clusters[i]!, start, end);
    if (this.copyOnDemand && !this.isReadOnly) this.copyAbsent(plan, absent);
  }

  /** Copy-on-demand: clusters that were read from elsewhere, or nowhere, become the current state's own. */
  private copyAbsent(plan: Plan, absent: ClusterRuns): void {
    let isChanged = false;
    for (let i = 0; i < absent.size; i++) {
      const end = absent.first[i]! + absent.clusters[i]!;
      for (let at = absent.first[i]!; at < end;) {
        const run = runOf(this.current.present, at, end - at);
        if (!this.current.present.has(at)) {
          this.writeClusters(plan, at, run);
          isChanged = this.current.markPresent(at, run) || isChanged;
        }
        at += run;
      }
    }
    if (isChanged) this.rewriteBitmap(plan);
  }

  /** Says which part of a read of the current state's file, from place `from` on, a reader of `start` to `end` gets. */
  private holdsPresent(plan: Plan, entry: number, from: Bytes, start: Bytes, end: Bytes): void {
    if (!plan.tracksContents) return;
    const { present } = this.current;
    for (let at = start; at < end;) {
      const run = present.run(at, end - at);
      if (present.has(present.blockAt(at))) plan.holds(entry, at - from, run, Content.GUEST, at);
      at += run;
    }
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    const { clusterBytes, current } = this;
    const [offset, bytes] = [this.offset[r]!, this.bytes[r]!];
    const end = offset + bytes;
    const first = current.present.blockAt(offset);
    const last = current.present.blockAt(end - 1);
    const hasHead = offset % clusterBytes !== 0 || (first === last && end % clusterBytes !== 0);
    const fillsFirst = hasHead && !current.present.has(first);
    const fillsLast = first !== last && end % clusterBytes !== 0 && !current.present.has(last);
    if (fillsFirst) this.fathers.read(plan, first, 1, 0, 0);
    if (fillsLast) this.fathers.read(plan, last, 1, 0, 0);
    if (fillsFirst) this.writeClusters(plan, first, 1);
    if (fillsLast) this.writeClusters(plan, last, 1);
    const mode = this.isSynchronous[r] === 1 ? Mode.BLOCKING : Mode.ASYNC;
    const entry = plan.add(Kind.WRITE, mode, Purpose.DATA, current.data.id, offset, bytes);
    plan.holds(entry, 0, bytes, Content.GUEST, offset);
    current.data.extendTo(end);
    this.readCache.drop(first, last);
    if (current.markPresent(first, last + 1 - first)) this.rewriteBitmap(plan);
    return Next.DONE;
  }

  /** Whole clusters as the disk shows them, even past its end, into the current state. */
  private writeClusters(plan: Plan, first: number, clusters: number): void {
    const { clusterBytes } = this;
    const entry = plan.size;
    this.current.data.writeSectors(plan, first * clusterBytes, clusters * clusterBytes, Purpose.COPY);
    this.readCache.drop(first, first + clusters - 1);
    if (!plan.tracksContents) return;
    holdsContent(plan, entry, first * clusterBytes, clusters * clusterBytes, this.extents(LIVE));
  }

  private rewriteBitmap(plan: Plan): void {
    this.bitmapRewrites += 1;
    this.current.rewriteBitmap(plan);
  }

  /** One fdatasync of the current data file, then of the backing image: never of metadata or fathers. */
  protected planFlush(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, this.current.data.id, 0, 0);
  }

  protected create(plan: Plan): void {
    this.createPair(plan, this.current);
  }

  private createPair(plan: Plan, pair: StatePair): void {
    pair.bitmap.writePlainly(plan, 0, pair.bitmapBytes);
    pair.createData(plan, this.settings.fallocate ? Kind.ALLOCATE : Kind.REFUSED_ALLOCATE, this.diskBytes);
  }

  /** A new process: it has read nothing yet. */
  protected open(plan: Plan): void {
    this.readCache.empty();
    this.closeFathers();
    this.meta.readHeader(plan);
    this.meta.readRecords(plan, this.states.list.length);
    this.current.readBitmap(plan);
  }

  private closeFathers(): void {
    for (const { pair } of this.states.list) pair.isOpen = false;
  }

  private rewriteMeta(plan: Plan): void {
    this.meta.rewrite(plan, this.states.list.length);
  }

  /** A new current state, in a pair of its own or in one that nobody needs any more: its old data stay in the file. */
  protected snapshot(plan: Plan, name: string): void {
    const before = this.states.current;
    const free = this.states.free;
    const pair = free?.pair ?? this.addPair();
    if (free === null) this.createPair(plan, pair);
    this.states.snapshot(name, pair);
    this.rewriteMeta(plan);
    const { machineStateBytes } = before;
    if (machineStateBytes > 0) before.pair.bitmap.truncate(plan, before.pair.bitmapBytes + machineStateBytes);
    this.closeFathers();
    pair.present.clear();
    pair.readBitmap(plan);
    this.rewriteBitmap(plan);
  }

  /** Clears the bitmap before the father changes: stopped in between, the current state is lost. The data file keeps its size. */
  protected apply(plan: Plan, target: StateRecord): void {
    this.current.present.clear();
    this.rewriteBitmap(plan);
    this.states.apply(target);
    this.readCache.dropUnlessIn((cluster) => this.states.ownerOf(cluster)?.data.id ?? NONE);
    this.rewriteMeta(plan);
  }

  protected delete(plan: Plan, snapshot: StateRecord): void {
    this.states.markDeleted(snapshot);
    this.rewriteMeta(plan);
  }

  protected saveState(plan: Plan, offset: Bytes, bytes: Bytes): void {
    saveMachineState(plan, this.states.current, this.current.bitmapBytes, offset, bytes);
  }

  /** From the father's bitmap file, which is opened anew for every piece. */
  protected loadState(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { pair } = loadedSnapshot(this.states);
    this.meta.readRecords(plan, this.states.list.length);
    pair.bitmap.read(plan, 0, pair.bitmapBytes);
    pair.bitmap.read(plan, pair.bitmapBytes + offset, bytes);
  }
}
