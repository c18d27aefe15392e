/**
 * What a method works with: the guest that it stops and resumes, its memory and write tracker, the file that it saves to, and the price of
 * its own work. It keeps the record and the image of each epoch. It decides nothing.
 */
import type { Kernel } from '../../sim/kernel.js';
import type { Scenario, Step } from '../../sim/process.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { FlushController, FlushView } from '../flush/flush-controller.js';
import { Charge, Charges, type CostTable } from '../guests/memory/charges.js';
import type { GuestDisk } from '../guests/memory/guest-disk.js';
import { pageBytes, UNWRITTEN, type GuestMemory } from '../guests/memory/guest-memory.js';
import type { VirtualMachine } from '../guests/memory/virtual-machine.js';
import type { WriteTracker } from '../guests/memory/write-tracker.js';
import type { Device } from '../io/host-io.js';
import { newRecord, type EpochRecord } from './epoch-record.js';
import { MemoryImage, type EpochKind } from './memory-image.js';
import type { SnapshotFile } from './snapshot-file.js';

/** Address and flags before each page in the file. */
const headerBytes: Bytes = 8;

export interface SnapshotHostParts {
  readonly machine: VirtualMachine;
  readonly disk: GuestDisk;
  readonly device: Device;
  readonly file: SnapshotFile;
  readonly costs: CostTable;
  readonly controller: FlushController;
  /** Whether to keep what each snapshot must restore. */
  readonly verifies: boolean;
  /** Whether pages that were never written are marked by a byte in the file. */
  readonly marksZeroPages: boolean;
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
  private readonly view: FlushView;
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

  get machine(): VirtualMachine {
    return this.parts.machine;
  }

  begin(kind: EpochKind): void {
    const { pages } = this.memory;
    const father = kind === 'full' ? null : this.images[this.images.length - 1]!;
    this.record = newRecord(kind, this.kernel.now);
    this.image = new MemoryImage(pages, kind, father, kind === 'full' ? pages : 1024);
    this.parts.controller.begin();
    this.markPeriod();
  }

  end(): void {
    this.record.ended = this.kernel.now;
    this.records.push(this.record);
    if (!this.record.gaveUp) this.images.push(this.image);
    this.parts.file.close();
  }

  *stop(): Scenario {
    this.stoppedAt = this.kernel.now;
    this.charges.add(Charge.STOP);
    yield* this.machine.suspend();
  }

  resume(): void {
    this.record.downtime += this.kernel.now - this.stoppedAt;
    this.machine.resume();
  }

  /** Memory is now as the image of this epoch will say. The guest stands still. */
  instant(): void {
    this.record.instant = this.image.instant = this.kernel.now;
    if (this.parts.verifies) this.references[this.images.length] = this.memory.copyVersions();
  }

  /** Lets the time pass that the charges of the method's thread come to. */
  *work(): Scenario {
    const time = Math.round(this.charges.take());
    if (time > 0) yield time;
  }

  /** Copies a page as it is now into the image; answers the bytes that it takes in the file. */
  save(page: number): Bytes {
    const version = this.memory.version(page);
    this.image.put(page, version);
    let bytes = headerBytes + pageBytes;
    if (version === UNWRITTEN) {
      this.record.zeroPages += 1;
      if (this.parts.marksZeroPages) bytes = headerBytes + 1;
    }
    this.record.bytes += bytes;
    return bytes;
  }

  /** Bytes go to the file; as fast as its cache and the disk take them. */
  write(bytes: Bytes): Scenario {
    return this.parts.file.write(bytes);
  }

  /** Bytes go to the file past the host's cache, in pieces, each on the disk before the next. */
  writeDirectly(bytes: Bytes, piece: Bytes): Scenario {
    return this.parts.file.writeDirectly(bytes, piece);
  }

  /** Waits until everything that was written is on the disk. */
  sync(): Scenario {
    return this.parts.file.sync();
  }

  /**
   * Flushes a slice; answers how long the controller says to pause, Infinity for ever.
   * @param remaining pages that are still to be saved
   * @param isOnDisk whether the flush is over when the slice is on the disk, and not when the cache of the host has it
   */
  *flushSlice(bytes: Bytes, remaining: number, isOnDisk: boolean): Generator<Step, Nanoseconds, void> {
    const begun = this.kernel.now;
    this.readPeriod(begun);
    yield* this.write(bytes);
    if (isOnDisk) yield* this.sync();
    const { view } = this;
    view.flushTime = this.kernel.now - begun;
    view.sliceBytes = bytes;
    view.elapsed = this.kernel.now - this.record.begun;
    view.remaining = remaining * pageBytes;
    return this.parts.controller.pause(view);
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
