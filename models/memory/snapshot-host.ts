/**
 * What a method works with: the guest that it stops and resumes, its memory and write tracker, the file that it saves to, and the price of
 * its own work. It keeps the record and the image of each epoch. It decides nothing.
 */
import type { Kernel } from '../../sim/kernel.js';
import type { Scenario, Step } from '../../sim/process.js';
import type { Timeline } from '../../sim/timeline.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { FlushController, FlushView } from '../flush/flush-controller.js';
import { Charge, Charges, type CostTable } from '../guests/memory/charges.js';
import { pageBytes, UNWRITTEN, type GuestMemory } from '../guests/memory/guest-memory.js';
import type { MachineDisk } from '../guests/memory/machine-disk.js';
import type { VirtualMachine } from '../guests/memory/virtual-machine.js';
import type { WriteTracker } from '../guests/memory/write-tracker.js';
import type { Device } from '../io/host-io.js';
import { newRecord, type EpochRecord } from './epoch-record.js';
import { MemoryImage, NO_BLOCK, type EpochKind } from './memory-image.js';
import { PageEntry, type PageReduction } from './reduction/page-reduction.js';
import { MethodTimeline } from './method-timeline.js';
import type { SnapshotFile } from './snapshot-file.js';

/** Takes snapshots of a guest's disk, while the guest stands still. */
export interface DiskSnapshots {
  snapshot(name: string): Scenario;
}

export interface SnapshotHostParts {
  readonly machine: VirtualMachine;
  readonly disk: MachineDisk;
  readonly device: Device;
  readonly file: SnapshotFile;
  readonly costs: CostTable;
  readonly controller: FlushController;
  /** Whether to keep what each snapshot must restore. */
  readonly verifies: boolean;
  /** Whether pages that were never written are marked by a byte in the file. */
  readonly marksZeroPages: boolean;
  /** A disk whose snapshot is taken at each stop; absent where the test-bed's price of one stands for it. */
  readonly diskSnapshots?: DiskSnapshots;
}

export class SnapshotHost {
  readonly records: EpochRecord[] = [];
  readonly images: MemoryImage[] = [];
  /** By image: versions of all pages at its instant, where they are verified. */
  readonly references: Uint32Array[] = [];
  /** Of the method's own thread, which does its work while the guest runs, or while it stands still. */
  readonly charges: Charges;
  readonly memory: GuestMemory;
  readonly tracker: WriteTracker;
  record!: EpochRecord;
  image!: MemoryImage;
  /** What each page goes through on its way to the file. */
  private readonly reductions: PageReduction[] = [];
  private readonly entry = new PageEntry();
  private diskSnapshots = 0;
  private readonly view: FlushView;
  private timeline: MethodTimeline | null = null;
  private stoppedAt: Nanoseconds = 0;
  private lastTrigger: Nanoseconds = 0;
  private lastSectors = 0;
  private lastBusy: Nanoseconds = 0;
  private lastCompleted = 0;
  private lastLatency: Nanoseconds = 0;

  constructor(
    readonly kernel: Kernel,
    private readonly parts: SnapshotHostParts,
  ) {
    this.memory = parts.machine.memory;
    this.tracker = parts.machine.tracker;
    this.charges = new Charges(parts.costs);
    this.view = {
      elapsed: 0.5,
      sliceBytes: 0.5,
      flushTime: 0.5,
      guestSectors: 0.5,
      interval: 0.5,
      diskUtilization: 0.5,
      guestLatency: 0.5,
      remaining: 0.5,
    };
  }

  /** Records from now on what the method does. */
  watch(timeline: Timeline): void {
    this.timeline = new MethodTimeline(timeline);
  }

  get machine(): VirtualMachine {
    return this.parts.machine;
  }

  get verifies(): boolean {
    return this.parts.verifies;
  }

  get file(): SnapshotFile {
    return this.parts.file;
  }

  get disk(): MachineDisk {
    return this.parts.disk;
  }

  /** Has pages reduced from now on, behind those that were added before. */
  reduceBy(reduction: PageReduction): void {
    this.reductions.push(reduction);
  }

  begin(kind: EpochKind): void {
    const { pages } = this.memory;
    const father = kind === 'full' ? null : this.images[this.images.length - 1]!;
    this.record = newRecord(kind, this.kernel.now);
    this.image = new MemoryImage(pages, kind, father, kind === 'full' ? pages : undefined);
    for (const reduction of this.reductions) reduction.begin();
    this.parts.controller.begin();
    this.markPeriod();
  }

  end(): void {
    this.record.ended = this.kernel.now;
    this.records.push(this.record);
    this.timeline?.epoch(this.record.kind, this.record.begun, this.record.ended);
    if (!this.record.gaveUp) this.images.push(this.image);
    this.parts.file.close();
  }

  /** Keeps no image but the last, with what it builds on made part of it: a backup can go back to nothing else. */
  keepLastOnly(): void {
    const { images } = this;
    if (this.verifies || images.length < 2) return;
    const [last, before] = [images.pop()!, images.pop()!];
    if (last.father === null) images.push(last);
    else {
      before.overlay(last);
      images.push(before);
    }
  }

  /** Stops the guest; its disk is then idle, and a snapshot of it is taken where it has them. */
  *stop(): Scenario {
    this.stoppedAt = this.kernel.now;
    this.charges.add(Charge.STOP);
    yield* this.machine.suspend();
    const { diskSnapshots } = this.parts;
    if (diskSnapshots === undefined) return;
    this.image.diskSnapshot = `s${++this.diskSnapshots}`;
    yield* diskSnapshots.snapshot(this.image.diskSnapshot);
  }

  resume(): void {
    this.record.downtime += this.kernel.now - this.stoppedAt;
    this.timeline?.stopped(this.stoppedAt, this.kernel.now);
    this.machine.resume();
  }

  /** Memory is now as the image of this epoch will say. The guest stands still. */
  instant(): void {
    this.record.instant = this.image.instant = this.kernel.now;
    for (const reduction of this.reductions) reduction.atInstant();
    if (this.parts.verifies) this.references[this.images.length] = this.memory.copyVersions();
  }

  /** Lets the time pass that the charges of the method's thread come to. */
  *work(): Scenario {
    const time = Math.round(this.charges.take());
    if (time === 0) return;
    yield time;
    this.timeline?.worked(this.kernel.now - time, this.kernel.now);
  }

  /** Copies a page as it is now into the image; answers the bytes that it takes in the file, 0 where it is left out. */
  save(page: number): Bytes {
    const { record, image } = this;
    const entry = this.entryOf(page);
    if (entry.isLeftOut) {
      record.pagesLeftOut += 1;
      return 0;
    }
    image.put(page, this.memory.version(page), entry.bytes);
    if (entry.block !== NO_BLOCK) image.refer(entry.block, entry.mark);
    record.bytes += entry.bytes;
    return entry.bytes;
  }

  /** As `save`, where a page takes the place of what was saved of it before. Answers the bytes that are copied. */
  saveInPlace(page: number): Bytes {
    const { record, image } = this;
    const entry = this.entryOf(page);
    if (entry.isLeftOut) {
      record.pagesLeftOut += 1;
      return 0;
    }
    const { size } = image;
    record.bytes += image.replace(page, this.memory.version(page), entry.bytes);
    if (image.size === size) record.pagesReplaced += 1;
    if (entry.block !== NO_BLOCK) image.refer(entry.block, entry.mark, image.entryFor(page));
    return entry.bytes;
  }

  /** Lets the time pass that the thread needs to reduce what it has saved. */
  *reduce(): Scenario {
    let time = 0;
    for (const reduction of this.reductions) time += reduction.takeTime();
    if (time >= 1) yield Math.round(time);
  }

  /** Bytes go to the file; as fast as its cache and the disk take them. */
  *write(bytes: Bytes): Scenario {
    if (this.reductions.length > 0) yield* this.reduce();
    const begun = this.kernel.now;
    yield* this.parts.file.write(bytes);
    this.timeline?.wrote(begun, this.kernel.now);
  }

  /** Processor time to make a page of an entry of its own with so many bytes. */
  loadTime(bytes: Bytes): Nanoseconds {
    let time = 0;
    for (const reduction of this.reductions) time += reduction.loadTime(bytes);
    return time;
  }

  /** Bytes go to the file past the host's cache, in pieces, each on the disk before the next. */
  *writeDirectly(bytes: Bytes, piece: Bytes): Scenario {
    if (this.reductions.length > 0) yield* this.reduce();
    const begun = this.kernel.now;
    yield* this.parts.file.writeDirectly(bytes, piece);
    this.timeline?.wrote(begun, this.kernel.now);
  }

  /** Waits until everything that was written is on the disk. */
  *sync(): Scenario {
    const begun = this.kernel.now;
    yield* this.parts.file.sync();
    this.timeline?.synced(begun, this.kernel.now);
  }

  /**
   * Flushes a slice; answers how long the controller says to pause, Infinity for ever.
   * @param remaining pages that are still to be saved
   * @param isOnDisk whether the flush is over when the slice is on the disk, and not when the cache of the host has it
   */
  *flushSlice(bytes: Bytes, remaining: number, isOnDisk = false): Generator<Step, Nanoseconds, void> {
    const begun = this.kernel.now;
    this.readPeriod(begun);
    yield* this.write(bytes);
    if (isOnDisk) yield* this.sync();
    const { view } = this;
    view.flushTime = this.kernel.now - begun;
    this.timeline?.flushed(begun, this.kernel.now);
    view.sliceBytes = bytes;
    view.elapsed = this.kernel.now - this.record.begun;
    view.remaining = remaining * pageBytes;
    return this.parts.controller.pause(view);
  }

  /** How a page would stand in the file now. */
  private entryOf(page: number): PageEntry {
    const version = this.memory.version(page);
    const isUnwritten = version === UNWRITTEN;
    const entry = this.entry.begin(isUnwritten && this.parts.marksZeroPages);
    for (const reduction of this.reductions) reduction.reduce(page, version, entry);
    if (isUnwritten && !entry.isLeftOut) this.record.zeroPages += 1;
    return entry;
  }

  private markPeriod(): void {
    const { disk, device } = this.parts;
    this.lastTrigger = this.kernel.now;
    this.lastSectors = disk.sectors;
    this.lastBusy = device.busyTime();
    this.lastCompleted = disk.completed;
    this.lastLatency = disk.latencySum;
  }

  /** What the guest and the disk did since the flush before was triggered. */
  private readPeriod(now: Nanoseconds): void {
    const { disk, device } = this.parts;
    const { view } = this;
    const requests = disk.completed - this.lastCompleted;
    view.interval = now - this.lastTrigger;
    view.guestSectors = disk.sectors - this.lastSectors;
    view.guestLatency = requests > 0 ? (disk.latencySum - this.lastLatency) / requests : 0;
    view.diskUtilization = view.interval > 0 ? (device.busyTime() - this.lastBusy) / view.interval : 0;
    this.markPeriod();
  }
}
