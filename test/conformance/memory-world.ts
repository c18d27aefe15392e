/** A small guest, its disk and a method of memory snapshots, for tests: random writes of processors and devices, and what comes of them. */
import { flushControllers } from '../../models/flush/index.js';
import type { CostTable } from '../../models/guests/memory/charges.js';
import { GuestDisk } from '../../models/guests/memory/guest-disk.js';
import type { ImageDisk } from '../../models/guests/memory/image-disk.js';
import { NetworkLink } from '../../models/guests/memory/network-link.js';
import { VirtualMachine } from '../../models/guests/memory/virtual-machine.js';
import { PageBits } from '../../models/guests/memory/page-bits.js';
import type { TrackerSettings } from '../../models/guests/memory/write-tracker.js';
import type { Device, HostIo } from '../../models/io/host-io.js';
import { Epochs, type EpochPlan } from '../../models/memory/epochs.js';
import type { MemorySnapshot } from '../../models/memory/memory-snapshot.js';
import { pageReductions } from '../../models/memory/reduction/index.js';
import type { PageReduction } from '../../models/memory/reduction/page-reduction.js';
import { SnapshotFile } from '../../models/memory/snapshot-file.js';
import { SnapshotHost } from '../../models/memory/snapshot-host.js';
import { Kernel, type Timer } from '../../sim/kernel.js';
import { spawn, type Scenario } from '../../sim/process.js';
import { RandomStream } from '../../sim/random.js';
import { KiB, MiB, microsecond, millisecond, second, sectorBytes, type Nanoseconds } from '../../sim/units.js';
import { DiskUse, type GuestStep, type MemoryWorkload } from '../../traces/memory/guest-step.js';
import { PageRuns } from '../../traces/memory/page-runs.js';

export const testCosts: CostTable = {
  fault: 2 * microsecond,
  exit: 6 * microsecond,
  pageCopy: 1 * microsecond,
  protectPage: 30,
  protectLargePage: 50,
  splitLargePage: 10 * microsecond,
  bitmapScan: 1 * microsecond,
  logFull: 3 * microsecond,
  deviceState: 1 * millisecond,
  diskSnapshot: 1 * millisecond,
  stopAndCopy: 2 * millisecond,
  userFault: 8 * microsecond,
  stop: 100 * microsecond,
};

/** A disk of one rate, first come first served. */
class PlainDevice implements Device {
  readonly capacity = (1024 * MiB) / sectorBytes;
  private readonly line: HostIo[] = [];
  private readonly timer: Timer;
  private busy: Nanoseconds = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly bytesPerSecond: number,
  ) {
    this.timer = kernel.timer(() => this.done());
  }

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    this.line.push(io);
    if (this.line.length === 1) this.serve();
  }

  busyTime(): Nanoseconds {
    return this.busy;
  }

  private serve(): void {
    const time = 100 * microsecond + ((this.line[0]!.sectors * sectorBytes) / this.bytesPerSecond) * second;
    this.busy += time;
    this.timer.start(time);
  }

  private done(): void {
    const io = this.line.shift()!;
    if (this.line.length > 0) this.serve();
    io.owner.ioDone(io);
  }
}

export interface RandomGuest {
  readonly pages: number;
  readonly seed: number;
  readonly steps: number;
  /** Pages that a step's processor writes, at most. */
  readonly writes: number;
  /** Share of steps with a disk read that fills pages, and with packets that arrive. */
  readonly reads: number;
  readonly packets: number;
}

/** Writes anywhere, with some locality. */
export class RandomWorkload implements MemoryWorkload {
  readonly pages: number;
  readonly resident = new PageRuns();
  private readonly random: RandomStream;
  private done = 0;

  constructor(private readonly guest: RandomGuest) {
    this.pages = guest.pages;
    this.random = new RandomStream(guest.seed, 'test/random-guest');
    this.resident.add(0, Math.ceil(guest.pages / 2));
  }

  next(step: GuestStep): boolean {
    const { random, guest } = this;
    if (this.done++ === guest.steps) return false;
    step.processorTime = random.below(400) * microsecond;
    const writes = random.below(guest.writes + 1);
    for (let i = 0; i < writes; i++) this.addRun(step.writes);
    if (random.chance(guest.packets)) this.addRun(step.received);
    if (random.chance(guest.reads)) {
      step.disk = random.chance(0.7) ? DiskUse.READ : DiskUse.WRITE;
      step.offset = random.below(1000) * 4 * KiB;
      step.bytes = 16 * KiB;
      step.waits = random.chance(0.5);
      if (step.disk === DiskUse.READ) this.addRun(step.filled);
    }
    return true;
  }

  close(): void {}

  private addRun(runs: PageRuns): void {
    const first = this.random.below(this.pages);
    runs.add(first, Math.min(this.pages - first, 1 + this.random.below(4)));
  }
}

export interface WorldSettings {
  readonly tracker?: TrackerSettings;
  readonly controller?: string;
  /** Bytes a second of the disk. */
  readonly diskRate?: number;
  readonly marksZeroPages?: boolean;
  /** In the registry of reductions. A quarter of the guest's pages are free where there are any, some of which hold something. */
  readonly reductions?: readonly string[];
  /** One that several worlds share. */
  readonly kernel?: Kernel;
  /** Makes the guest's disk, whose snapshots are taken at each stop; a plain one if absent. */
  readonly makeDisk?: (kernel: Kernel, device: Device) => ImageDisk;
  /** False: a backup keeps its last image only. */
  readonly verifies?: boolean;
}

/** Changes nothing; notes which pages are free at each instant. */
class FreeNotes implements PageReduction {
  readonly atInstants: PageBits[] = [];
  constructor(private readonly host: SnapshotHost) {}
  begin(): void {}
  atInstant(): void {
    const { free, pages } = this.host.memory;
    const copy = new PageBits(pages);
    copy.copyFrom(free);
    this.atInstants[this.host.images.length] = copy;
  }
  reduce(): void {}
  takeTime(): Nanoseconds {
    return 0;
  }
  loadTime(): Nanoseconds {
    return 0;
  }
}

export const plainTracker: TrackerSettings = { mechanism: 'write-protect', largePages: false, protectsAllAgain: false };

export class MemoryWorld {
  readonly kernel: Kernel;
  readonly machine: VirtualMachine;
  readonly host: SnapshotHost;
  readonly file: SnapshotFile;
  epochs: Epochs | null = null;
  /** By image: pages that were free at its instant. */
  readonly freeAt: readonly PageBits[];

  constructor(workload: MemoryWorkload, settings: WorldSettings = {}) {
    const { tracker, controller, diskRate, marksZeroPages, reductions = [] } = settings;
    const kernel = (this.kernel = settings.kernel ?? new Kernel());
    const device = new PlainDevice(kernel, diskRate ?? 100e6);
    const image = settings.makeDisk?.(kernel, device);
    const disk = image ?? new GuestDisk(kernel, device, 0, (256 * MiB) / sectorBytes, 4);
    this.machine = new VirtualMachine(kernel, {
      workload,
      costs: testCosts,
      tracker: tracker ?? plainTracker,
      disk,
      link: new NetworkLink(100e6, 64 * KiB),
    });
    this.file = new SnapshotFile(kernel, device, {
      firstSector: (512 * MiB) / sectorBytes,
      sectors: (256 * MiB) / sectorBytes,
      dirtyLimit: 4 * MiB,
      backgroundLimit: 1 * MiB,
      chunk: 512 * KiB,
      depth: 4,
      fileRate: 80e6,
      cacheRate: 1e9,
    });
    this.host = new SnapshotHost(kernel, {
      machine: this.machine,
      disk,
      device,
      file: this.file,
      costs: testCosts,
      controller: flushControllers.get(controller ?? 'none', 'test').make({}, 'test'),
      verifies: settings.verifies ?? true,
      marksZeroPages: marksZeroPages ?? false,
      ...(image === undefined ? {} : { diskSnapshots: image }),
    });
    const notes = new FreeNotes(this.host);
    this.freeAt = notes.atInstants;
    this.host.reduceBy(notes);
    for (const name of reductions) this.host.reduceBy(pageReductions.get(name, 'test').make(this.host, {}, 'test'));
    if (reductions.length > 0) spawn(kernel, this.freePages(workload.pages));
  }

  /** The guest's kernel frees pages, whatever they hold: at first every fourth, then one now and then. */
  private *freePages(pages: number): Scenario {
    const { free } = this.host.memory;
    for (let page = 0; page < pages; page += 4) free.add(page);
    for (let i = 1; this.machine.finished === null; i++) {
      yield millisecond;
      free.add((i * 37) % pages);
    }
  }

  /** Runs the guest to its end, or until `until`, with snapshots beside it. */
  run(method: MemorySnapshot, plan: EpochPlan, until: Nanoseconds = 1000 * second): this {
    this.epochs = new Epochs(this.host, method, plan);
    this.machine.start();
    spawn(this.kernel, this.epochs.run());
    this.kernel.run(until);
    return this;
  }
}
