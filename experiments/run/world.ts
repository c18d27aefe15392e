/**
 * One virtual machine's storage, put together: a drive of a test-bed, an image's partitions on it or its files on the host's file system, the image format, the virtual disk.
 * The image is created and opened before the run begins, at no cost.
 */
import { Disk } from '../../models/devices/disk.js';
import type { LocalDrive } from '../../models/devices/local-drive.js';
import { schedulers } from '../../models/devices/schedulers/index.js';
import { conditioned, conditionNamed } from '../../models/devices/ssd/precondition.js';
import { Ssd } from '../../models/devices/ssd/ssd.js';
import { formats } from '../../models/formats/index.js';
import { raw } from '../../models/formats/raw.js';
import { GrowingPartitions, type GrowingPartition } from '../../models/hosts/growing-partitions.js';
import { RawPartitions } from '../../models/hosts/raw-partition.js';
import { SplitHost } from '../../models/hosts/split-host.js';
import type { Device, Host } from '../../models/io/host-io.js';
import { Op, type CacheMode, type FormatContext, type ImageFormat } from '../../models/io/image-format.js';
import type { Plan } from '../../models/io/plan.js';
import { carryOut } from '../../models/io/untimed.js';
import { VirtualDisk } from '../../models/io/virtual-disk.js';
import { InputError } from '../../sim/errors.js';
import { Kernel } from '../../sim/kernel.js';
import { defaults, readOptions } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { formatBytes, MiB, sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { DriveFile } from '../testbeds/drives/index.js';
import type { TestBed } from '../testbeds/testbed.js';
import { checkDisk, checkDiskOnDrive } from './conservation.js';
import { ImageOnFiles } from './image-on-files.js';
import { makeNas } from './nas.js';

export interface Setup {
  readonly testbed: TestBed;
  /** A name in the registry of image formats. */
  readonly format: string;
  /** What tables and errors call this system. */
  readonly label: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly diskBytes: Bytes;
  /** Size of the image template under a copy-on-write image, on the test-bed's server; null for none. */
  readonly backingBytes: Bytes | null;
  readonly scheduler: string;
  readonly queueDepth: number;
  readonly writeCache: boolean;
  readonly cache: CacheMode;
  readonly slots: number;
  readonly hostOverhead: Nanoseconds;
  readonly requestOverhead: Nanoseconds;
  /** What the image's files are: partitions, or sparse files on the host's file system of this name. */
  readonly home: string;
  /** Where on the drive the partition of the image, or of the file system, begins. */
  readonly partitionStart: Bytes;
  /** Of what the format draws at random, such as pauses of prefetching. */
  readonly seed?: number;
}

/** The home of an image that has no file system below it. */
export const onPartitions = 'partition';

/** What a test-bed says, for one of its image formats. */
export const setupOf = (testbed: TestBed, format: string): Setup => ({
  testbed,
  format,
  label: format,
  options: {},
  diskBytes: testbed.virtualDisk.value,
  backingBytes: null,
  scheduler: testbed.scheduler.value,
  queueDepth: testbed.queueDepth.value,
  writeCache: testbed.writeCache.value,
  cache: testbed.cache.value,
  slots: testbed.slots.value,
  hostOverhead: testbed.hostOverhead.value,
  requestOverhead: testbed.requestOverhead.value,
  home: onPartitions,
  partitionStart: testbed.partitionStart.value,
});

export class World {
  readonly kernel = new Kernel();
  /** The drive that holds the image. */
  readonly device: LocalDrive;
  readonly format: ImageFormat;
  readonly disk: VirtualDisk;
  /** Null on partitions. */
  private readonly files: ImageOnFiles | null;

  /** @throws InputError at an unknown name or option, or an image that does not fit the drive */
  constructor(readonly setup: Setup) {
    this.device = makeDrive(this.kernel, setup);
    this.format = makeFormat(setup);
    this.files = setup.home === onPartitions ? null : this.makeFiles();
    this.files?.place(this.format, 'sparse');
    this.untimed(Op.CREATE);
    this.untimed(Op.OPEN);
    this.disk = new VirtualDisk(this.kernel, this.format, this.files === null ? this.makeHost() : this.hostOf(this.files), setup);
  }

  /** Writes `bytes` from `offset` before the run begins, at no cost, in pieces that a guest's request could have. */
  fill(offset: Bytes, bytes: Bytes): void {
    const piece = MiB;
    for (let at = offset; at < offset + bytes; at += piece) this.untimed(Op.WRITE, at, Math.min(piece, offset + bytes - at));
  }

  /** Closes the image and opens it anew: caches are empty afterwards. */
  reopen(): void {
    this.untimed(Op.CLOSE);
    this.untimed(Op.OPEN);
  }

  /** @throws Error which names the accounts of the run that disagree */
  checkConservation(): void {
    const { kernel, disk, device, files } = this;
    if (files === null) {
      checkDiskOnDrive(kernel, disk, device);
      return;
    }
    // A file system brings I/O of its own.
    checkDisk(kernel, disk);
    files.mounted.checkConservation();
    device.checkConservation();
  }

  private untimed(op: Op, offset: Bytes = 0, bytes: Bytes = 0): void {
    const { files, format } = this;
    const keep = files === null ? undefined : (plan: Plan): void => files.apply(plan, format);
    carryOut(format, op, offset, bytes, undefined, keep);
    if (files === null) this.checkFits();
  }

  /** The host's file system, from the test-bed's place on the drive to its end. */
  private makeFiles(): ImageOnFiles {
    const { kernel, device, setup } = this;
    const { home, scheduler, queueDepth, cache, partitionStart, seed = 0 } = setup;
    const storage = { fileSystem: home, bytes: this.room, scheduler, queueDepth, cache, partitionStart, seed };
    return new ImageOnFiles(kernel, device, setup.testbed, storage);
  }

  private hostOf({ host }: ImageOnFiles): Host {
    const { files } = this.format;
    const backing = files.findIndex(({ role }) => role === 'backing');
    if (backing === -1) return host;
    const device = this.makeRemote(files[backing]!.bytes);
    const partition = { device, firstSector: 0, sectors: device.capacity };
    const remote = new RawPartitions(this.kernel, new Array<typeof partition>(backing + 1).fill(partition));
    return new SplitHost(
      host,
      remote,
      files.map(({ role }) => role === 'backing'),
    );
  }

  /**
   * The image's own files one after another on the local drive, the last with all that is left; backing files on the server's. Files that a
   * snapshot adds share what is left behind the last one then.
   */
  private makeHost(): GrowingPartitions {
    const { files } = this.format;
    const lastFile = files.findLastIndex(({ role }) => role !== 'backing');
    let first = this.setup.partitionStart / sectorBytes;
    let remote: Device | null = null;
    const partitions = files.map((file, i): GrowingPartition => {
      if (file.role === 'backing') {
        remote ??= this.makeRemote(file.bytes);
        return { device: remote, firstSector: 0, sectors: remote.capacity };
      }
      const sectors = i === lastFile ? this.device.capacity - first : Math.ceil(Math.max(file.bytes, MiB) / MiB) * (MiB / sectorBytes);
      const partition = { device: this.device, firstSector: first, sectors };
      first += sectors;
      return partition;
    });
    return new GrowingPartitions(this.kernel, partitions, this.device, partitions[lastFile]!, () => files[lastFile]!.bytes);
  }

  /** The image template on the test-bed's server. */
  private makeRemote(bytes: Bytes): Device {
    const { testbed } = this.setup;
    return makeNas(this.kernel, testbed, makeServerDrive(this.kernel, this.setup), [bytes], 1).device(0, 0);
  }

  /** Bytes of the drive behind the start of the partition. */
  private get room(): Bytes {
    return this.device.capacity * sectorBytes - this.setup.partitionStart;
  }

  /** A sparse image may promise more than the drive holds; one that keeps each byte at its own place may not. */
  private checkFits(): void {
    const bytes = this.format.files.reduce((sum, file) => sum + (file.role === 'backing' ? 0 : file.bytes), 0);
    if (bytes <= this.room) return;
    const { testbed, diskBytes, format } = this.setup;
    throw new InputError(
      '--disk-size',
      `${formatBytes(diskBytes)}, which needs ${formatBytes(bytes)} as ${format}`,
      `at most the ${formatBytes(Math.max(0, this.room))} that ${testbed.drive.name} has behind the start of the partition, at ${formatBytes(this.setup.partitionStart)}`,
    );
  }
}

/** The drive under the images. */
export const makeDrive = (kernel: Kernel, setup: Setup): LocalDrive => makeLocalDrive(kernel, setup, setup.writeCache);

/** The drive of the server: of the same kind, as it was bought. */
export const makeServerDrive = (kernel: Kernel, setup: Setup): LocalDrive =>
  makeLocalDrive(kernel, setup, setup.testbed.drive.numbers.writeCache.value);

function makeLocalDrive(kernel: Kernel, { testbed, scheduler, queueDepth, hostOverhead }: Setup, writeCache: boolean): LocalDrive {
  const { drive } = testbed;
  if (drive.kind === 'disk') {
    const parameters = { ...drive.parameters, buffer: { ...drive.parameters.buffer, writeCache } };
    return new Disk(kernel, parameters, { scheduler: schedulers.get(scheduler, '--scheduler').make(), queueDepth, hostOverhead });
  }
  checkScheduler(drive, scheduler);
  const parameters = { ...drive.parameters, writeCache, queueDepth };
  const condition = conditionNamed(drive.numbers.condition.value, `the condition of ${drive.name}`);
  return new Ssd(kernel, parameters, conditioned(parameters, condition, new RandomStream(1, 'flash')), hostOverhead);
}

/** Throws InputError where requests of a flash drive are to be sorted. */
export function checkScheduler({ kind, name }: DriveFile, scheduler: string): void {
  if (kind === 'flash' && scheduler !== 'fcfs') throw new InputError('--scheduler', scheduler, `fcfs: ${name} takes requests as they come`);
}

/** An image that is neither created nor opened yet. */
export function makeFormat(setup: Setup): ImageFormat {
  const { cache, slots } = setup;
  const context = (diskBytes: Bytes, backing: ImageFormat | null): FormatContext => ({
    diskBytes,
    cache,
    slots,
    backing,
    seed: setup.seed ?? 0,
  });
  const backing = setup.backingBytes === null ? null : raw.make(context(setup.backingBytes, null), defaults(raw.options));
  const model = formats.get(setup.format, '--formats');
  return model.make(context(setup.diskBytes, backing), readOptions(model.options, setup.options, setup.format));
}
