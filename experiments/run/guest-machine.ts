/**
 * What a program runs on: a guest with its processors and its virtual disk, or the host itself with its drive. Both mount file systems on
 * partitions of what they see as their disk.
 */
import type { LocalDrive } from '../../models/devices/local-drive.js';
import { PartitionDevice } from '../../models/devices/partition.js';
import { fileSystems } from '../../models/filesystems/index.js';
import type { FileLayout } from '../../models/filesystems/file-layout.js';
import { MountedFileSystem } from '../../models/filesystems/mounted/mounted-file-system.js';
import { ext3Mount, extentsMount, type MountSettings } from '../../models/filesystems/mounted/settings.js';
import { FileGuest } from '../../models/guests/file-guest.js';
import { Processors } from '../../models/guests/processors.js';
import { deviceInterfaces, VirtualDevice } from '../../models/guests/virtual-device.js';
import type { Device } from '../../models/io/host-io.js';
import type { Kernel } from '../../sim/kernel.js';
import { readOptions } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { FileProgram } from '../../traces/files/file-operation.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { World } from './world.js';

export interface Machine {
  readonly kernel: Kernel;
  /** The whole disk as the machine's own system sees it. */
  readonly device: Device;
  readonly processors: Processors;
  /** Memory for pages of files. */
  readonly cacheBytes: Bytes;
  /** Factor on processor times. */
  readonly slowdown: number;
}

/** What a test-bed's virtual device adds to a request without holding a processor: what was measured in all, less the exits of virtio. */
export function latencyBesideExits({ requestOverhead, guest }: TestBed): Nanoseconds {
  const { submitExits, completeExits } = deviceInterfaces.get('virtio', 'a test-bed');
  const held = 2 * guest.driverTime.value + (submitExits + completeExits) * guest.exitTime.value;
  return Math.max(0, requestOverhead.value - held);
}

/** @param deviceInterface a name in the registry of virtual devices */
export function guestOn(world: Pick<World, 'kernel' | 'disk' | 'setup'>, deviceInterface: string, processorCount: number): Machine {
  const { kernel, disk, setup } = world;
  const { guest } = setup.testbed;
  const processors = new Processors(kernel, processorCount);
  const device = new VirtualDevice(kernel, disk, setup.diskBytes / sectorBytes, processors, {
    interface: deviceInterfaces.get(deviceInterface, 'a guest'),
    exitTime: guest.exitTime.value,
    driverTime: guest.driverTime.value,
  });
  return { kernel, device, processors, cacheBytes: guest.cache.value, slowdown: guest.slowdown.value };
}

/** The host without virtualization, with as much memory and as many processors as a guest would have. */
export function hostOn(kernel: Kernel, disk: LocalDrive, testbed: TestBed, processorCount: number): Machine {
  const first = testbed.partitionStart.value / sectorBytes;
  const device = new PartitionDevice(disk, first, disk.capacity - first);
  return { kernel, device, processors: new Processors(kernel, processorCount), cacheBytes: testbed.guest.cache.value, slowdown: 1 };
}

export interface Mount {
  readonly layout: FileLayout;
  readonly files: MountedFileSystem;
}

export interface MountRequest {
  /** A name in the registry of file systems. */
  readonly kind: string;
  /** Options of the layout. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly offset: Bytes;
  readonly bytes: Bytes;
  readonly seed: number | string;
  readonly settings?: Partial<MountSettings>;
}

/** A file system as freshly made, on a part of the machine's disk. */
export function mountOn(machine: Machine, { kind, options, offset, bytes, seed, settings }: MountRequest): Mount {
  const model = fileSystems.get(kind, 'a mount');
  const layout = model.make(readOptions(model.options, options ?? {}, kind), bytes, new RandomStream(seed, `${kind}/groups`));
  return { layout, files: mountLayout(machine, layout, { kind, offset, ...(settings === undefined ? {} : { settings }) }) };
}

/** Mounts a file system that is there, as after a restart: memory is empty. */
export function mountLayout(
  machine: Omit<Machine, 'processors'>,
  layout: FileLayout,
  { kind, offset, settings }: Pick<MountRequest, 'kind' | 'offset' | 'settings'>,
): MountedFileSystem {
  const partition = new PartitionDevice(machine.device, offset / sectorBytes, (layout.blocks * layout.blockBytes) / sectorBytes);
  const usual = kind === 'ext3' ? ext3Mount : extentsMount;
  const scaled = (time: Nanoseconds): Nanoseconds => Math.round(time * machine.slowdown);
  return new MountedFileSystem(machine.kernel, partition, layout, {
    ...usual,
    cacheBytes: machine.cacheBytes,
    operationTime: scaled(usual.operationTime),
    copyTime: scaled(usual.copyTime),
    ...settings,
  });
}

/** Runs a program from its start to its end; work in the background stops with it. */
export function runProgram(machine: Machine, files: MountedFileSystem, program: FileProgram): FileGuest {
  const guest = new FileGuest(machine.kernel, files, program, machine.processors);
  machine.kernel.run();
  if (!guest.isDone) throw new Error('a program did not come to its end');
  return guest;
}
