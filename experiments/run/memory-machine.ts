/**
 * A guest whose memory is saved, put together on a test-bed: its workload, its disk and the snapshots' file on one drive, a method and a
 * controller. Nothing has run yet.
 */
import type { LocalDrive } from '../../models/devices/local-drive.js';
import type { FlushController } from '../../models/flush/flush-controller.js';
import { flushControllers } from '../../models/flush/index.js';
import { formats } from '../../models/formats/index.js';
import { GuestDisk } from '../../models/guests/memory/guest-disk.js';
import { ImageDisk } from '../../models/guests/memory/image-disk.js';
import type { MachineDisk } from '../../models/guests/memory/machine-disk.js';
import { NetworkLink } from '../../models/guests/memory/network-link.js';
import { VirtualMachine } from '../../models/guests/memory/virtual-machine.js';
import type { LogMechanism } from '../../models/guests/memory/write-tracker.js';
import { Epochs, type EpochPlan } from '../../models/memory/epochs.js';
import { memoryMethods } from '../../models/memory/index.js';
import type { MemorySnapshot } from '../../models/memory/memory-snapshot.js';
import { pageReductions } from '../../models/memory/reduction/index.js';
import { SnapshotFile } from '../../models/memory/snapshot-file.js';
import { SnapshotHost } from '../../models/memory/snapshot-host.js';
import { InputError } from '../../sim/errors.js';
import { ServiceTimeline } from '../../models/io/service-timeline.js';
import { Kernel } from '../../sim/kernel.js';
import { spawn } from '../../sim/process.js';
import type { Timeline } from '../../sim/timeline.js';
import { GiB, sectorBytes, type Nanoseconds } from '../../sim/units.js';
import type { MemoryWorkload } from '../../traces/memory/guest-step.js';
import { costTable, type MemoryParameters } from '../testbeds/memory.js';
import type { TestBed } from '../testbeds/testbed.js';
import { makeDrive, setupOf, World } from './world.js';

export interface MemorySetup {
  readonly testbed: TestBed;
  /** Names and options of the registries. */
  readonly method: string;
  readonly methodOptions: Readonly<Record<string, unknown>>;
  readonly controller: string;
  readonly controllerOptions: Readonly<Record<string, unknown>>;
  readonly mechanism: LogMechanism;
  readonly largePages: boolean;
  readonly verifies: boolean;
  /** Ways to save less, in their order, by names of the registry and their options. None if absent. */
  readonly reductions?: readonly NamedChoice[];
  /** An image of a format with snapshots on the drive, as the guest's disk: one is taken at each stop. A plain stretch of the drive if absent. */
  readonly image?: NamedChoice;
}

/** Something of a registry, with its options. */
export interface NamedChoice {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a test-bed of its time has: write protection of small pages. */
export const memorySetupOf = (testbed: TestBed, method: string, controller = 'adaptive'): MemorySetup => ({
  testbed,
  method,
  methodOptions: {},
  controller,
  controllerOptions: {},
  mechanism: 'write-protect',
  largePages: false,
  verifies: false,
});

export class MemoryMachine {
  readonly kernel: Kernel;
  readonly device: LocalDrive;
  readonly disk: MachineDisk;
  /** The image under the guest's disk; null where there is none. */
  readonly world: World | null;
  readonly link: NetworkLink;
  readonly machine: VirtualMachine;
  readonly file: SnapshotFile;
  readonly host: SnapshotHost;
  epochs: Epochs | null = null;
  method: MemorySnapshot | null = null;

  /** @throws InputError at an unknown name or option, or a test-bed without memory snapshots */
  constructor(
    private readonly setup: MemorySetup,
    workload: MemoryWorkload,
    /** Stands between the snapshots and their controller, where somebody wants to see both. */
    watch: (controller: FlushController) => FlushController = (controller) => controller,
  ) {
    const { testbed } = setup;
    const { memory } = testbed;
    if (memory === undefined) throw new InputError('a test-bed', `"${testbed.about}"`, 'one with the costs of memory snapshots');
    this.world = setup.image === undefined ? null : worldOf(testbed, setup.image, memory.diskRequests.value);
    const kernel = (this.kernel = this.world?.kernel ?? new Kernel());
    this.device = this.world?.device ?? makeDrive(kernel, setupOf(testbed, 'raw'));
    const image = this.world === null ? null : new ImageDisk(kernel, this.world.disk, testbed.virtualDisk.value, memory.diskRequests.value);
    this.disk = image ?? this.plainDisk(testbed, memory);
    this.link = new NetworkLink(memory.networkRate.value, memory.networkWindow.value);
    const table = costTable(memory);
    const costs = image === null ? table : { ...table, diskSnapshot: 0 };
    this.machine = new VirtualMachine(kernel, {
      workload,
      costs,
      tracker: { mechanism: setup.mechanism, largePages: setup.largePages, protectsAllAgain: memory.protectsAllAgain.value },
      disk: this.disk,
      link: this.link,
    });
    this.file = new SnapshotFile(kernel, this.device, {
      firstSector: memory.fileStart.value / sectorBytes,
      sectors: (100 * GiB) / sectorBytes,
      dirtyLimit: memory.dirtyLimit.value,
      backgroundLimit: memory.backgroundLimit.value,
      chunk: memory.writeBack.value,
      depth: memory.writeBackDepth.value,
      fileRate: memory.fileRate.value,
      cacheRate: memory.cacheRate.value,
    });
    this.host = new SnapshotHost(kernel, {
      machine: this.machine,
      disk: this.disk,
      device: this.device,
      file: this.file,
      costs,
      controller: watch(flushControllers.get(setup.controller, '--controller').make(setup.controllerOptions, setup.controller)),
      verifies: setup.verifies,
      marksZeroPages: memory.marksZeroPages.value,
      ...(image === null ? {} : { diskSnapshots: image }),
    });
    for (const { name, options } of setup.reductions ?? [])
      this.host.reduceBy(pageReductions.get(name, '--reduce').make(this.host, options, name));
  }

  /** Records from now on what the guest, the method, the disk and the network are at. */
  watch(timeline: Timeline): void {
    this.machine.record(timeline);
    this.host.watch(timeline);
    const lane = timeline.addLane('disk: I/O in service');
    if (this.disk instanceof GuestDisk) this.disk.timeline = new ServiceTimeline(timeline, lane, 'guest');
    this.world?.disk.record(timeline);
    this.file.timeline = new ServiceTimeline(timeline, lane, 'snapshot');
    this.link.record(timeline);
  }

  /** Runs until the workload ends or `until`, with snapshots as planned; null for none. */
  run(plan: EpochPlan | null, until: Nanoseconds): this {
    const { setup, host, kernel } = this;
    this.machine.start();
    if (plan !== null) {
      const method = memoryMethods.get(setup.method, '--method').make(host, setup.methodOptions, setup.method);
      this.method = method;
      this.checkReductions(method);
      this.epochs = new Epochs(host, method, plan);
      spawn(kernel, this.epochs.run());
    }
    kernel.run(until);
    this.device.checkConservation();
    return this;
  }

  private plainDisk(testbed: TestBed, { diskRequests }: MemoryParameters): GuestDisk {
    const start = testbed.partitionStart.value / sectorBytes;
    return new GuestDisk(this.kernel, this.device, start, testbed.virtualDisk.value / sectorBytes, diskRequests.value);
  }

  /** A backup that keeps the last image only has no disk at each instant to refer to. */
  private checkReductions(method: MemorySnapshot): void {
    if (method.keepsLastOnly !== true || this.setup.reductions?.some(({ name }) => name === 'disk-duplicates') !== true) return;
    throw new InputError(
      '--reduce',
      `disk-duplicates with ${this.setup.method}`,
      'a method that keeps a snapshot of the disk with each image',
    );
  }
}

function worldOf(testbed: TestBed, { name, options }: NamedChoice, slots: number): World {
  if (!formats.get(name, '--disk-image').hasSnapshots)
    throw new InputError('--disk-image', name, 'a format that keeps snapshots within an image');
  return new World({ ...setupOf(testbed, name), options, slots });
}
