/**
 * What PostMark runs on: a virtual machine with a disk of two partitions, whose image lies on a raw partition or in files on the host's ext3,
 * and whose template lies on a server; or the host itself. The second partition is formatted ext3; everything up to here takes no time.
 * Section 4.1 of the FVD paper.
 */
import { BlockLayer, blockLayerDefaults } from '../../models/devices/block-layer.js';
import type { LocalDrive } from '../../models/devices/local-drive.js';
import { schedulers } from '../../models/devices/schedulers/index.js';
import { ext3 } from '../../models/filesystems/ext3/ext3.js';
import type { MountedFileSystem } from '../../models/filesystems/mounted/mounted-file-system.js';
import { formats } from '../../models/formats/index.js';
import { raw } from '../../models/formats/raw.js';
import { deviceInterfaces } from '../../models/guests/virtual-device.js';
import { RawPartitions } from '../../models/hosts/raw-partition.js';
import { SplitHost } from '../../models/hosts/split-host.js';
import type { Host } from '../../models/io/host-io.js';
import { Op, type FormatContext, type ImageFormat } from '../../models/io/image-format.js';
import type { Plan } from '../../models/io/plan.js';
import { carryOut } from '../../models/io/untimed.js';
import { VirtualDisk } from '../../models/io/virtual-disk.js';
import { Kernel } from '../../sim/kernel.js';
import { defaults, readOptions } from '../../sim/options.js';
import { RandomStream } from '../../sim/random.js';
import { MiB, sectorBytes, type Bytes } from '../../sim/units.js';
import type { TestBed } from '../testbeds/testbed.js';
import type { Home } from './boot-image.js';
import { guestOn, hostOn, latencyBesideExits, mountLayout, type Machine } from './guest-machine.js';
import { ImageOnFiles } from './image-on-files.js';
import { formattedParts, leastTemplate, wholeTemplate, ZeroMap, type FormattedPart } from './postmark-template.js';
import { makeDrive, setupOf, type Setup } from './world.js';

/** How the guest's disk is laid out. */
export interface DiskLayout {
  /** The first partition, which holds the root file system. Nothing happens in it. */
  readonly rootBytes: Bytes;
  /** The second, which programs work on. */
  readonly partitionBytes: Bytes;
  /** Of the system that is installed in the template: a template of its least size has no more. */
  readonly templateBytes: Bytes;
}

export interface PostmarkSystem {
  /** A name in the registry of image formats; null: the host itself. */
  readonly format: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  /** Of its least size; or as large as the disk, with its zeros known or not; or none. */
  readonly template: 'least' | 'whole' | 'whole, zeros known' | 'none';
  /** How its files lie on a host's file system: with holes, or with all their blocks. */
  readonly files: 'sparse' | 'preallocated';
}

export interface PostmarkRequest {
  readonly testbed: TestBed;
  readonly system: PostmarkSystem;
  readonly home: Home;
  /** A name in the registry of virtual devices. */
  readonly device: string;
  readonly processors: number;
  readonly layout: DiskLayout;
  /** Whether each byte of the second partition was written once before the run. */
  readonly isWarm: boolean;
  readonly seed: number;
}

/** A guest's requests are no larger. */
const piece = MiB / 2;

export class PostmarkMachine {
  readonly kernel = new Kernel();
  readonly drive: LocalDrive;
  /** Null for the host itself. */
  readonly disk: VirtualDisk | null = null;
  readonly format: ImageFormat | null = null;
  readonly machine: Machine;
  /** The second partition, mounted. */
  readonly files: MountedFileSystem;
  /** Of the image's partition on the drive. */
  readonly partitionStart: Bytes;
  readonly diskBytes: Bytes;

  constructor(readonly request: PostmarkRequest) {
    const { testbed, system, seed, device } = request;
    const { rootBytes, partitionBytes } = request.layout;
    const setup = setupFor(request);
    this.diskBytes = setup.diskBytes;
    this.partitionStart = setup.partitionStart;
    this.drive = makeDrive(this.kernel, setup);
    const layout = ext3.make(defaults(ext3.options), partitionBytes, new RandomStream(seed, 'ext3/groups'));
    if (system.format === null) {
      this.machine = withBlockLayer(hostOn(this.kernel, this.drive, testbed, request.processors), testbed, depthAbove(setup), piece);
    } else {
      const made = makeImage(this.kernel, this.drive, setup, request, formattedParts(layout, rootBytes));
      this.format = made.format;
      this.disk = new VirtualDisk(this.kernel, made.format, made.host, setup);
      const guest = guestOn({ kernel: this.kernel, disk: this.disk, setup }, device, request.processors);
      const { inFlight, maxSectors } = deviceInterfaces.get(device, 'a guest');
      this.machine = withBlockLayer(guest, testbed, inFlight, Math.min(piece, maxSectors * sectorBytes));
    }
    const maxIoBytes = system.format === null ? piece : deviceInterfaces.get(device, 'a guest').maxSectors * sectorBytes;
    this.files = mountLayout(this.machine, layout, {
      kind: 'ext3',
      offset: rootBytes,
      settings: { maxIoBytes: Math.min(piece, maxIoBytes) },
    });
  }
}

function setupFor({ testbed, system, layout }: PostmarkRequest): Setup {
  const diskBytes = layout.rootBytes + layout.partitionBytes;
  const least = layout.templateBytes;
  return {
    ...setupOf(testbed, system.format ?? 'raw'),
    options: system.options,
    diskBytes,
    backingBytes: system.template === 'none' ? null : system.template === 'least' ? least : diskBytes,
    requestOverhead: latencyBesideExits(testbed),
  };
}

/** Commands that a block layer hands down: the drive serves one and chooses the next among those that it holds. */
const depthAbove = ({ queueDepth }: Setup): number => queueDepth + 1;

/** Puts the block layer of the machine's own system between its file systems and its disk. */
function withBlockLayer(machine: Machine, testbed: TestBed, depth: number, maxIoBytes: Bytes): Machine {
  const scheduler = schedulers.get(testbed.scheduler.value, 'a block layer').make();
  return { ...machine, device: new BlockLayer(machine.kernel, machine.device, { ...blockLayerDefaults, scheduler, depth, maxIoBytes }) };
}

/** The image with the guest's partition formatted in it, or in its template, and the host that carries its I/O out. */
function makeImage(
  kernel: Kernel,
  drive: LocalDrive,
  setup: Setup,
  request: PostmarkRequest,
  parts: readonly FormattedPart[],
): { format: ImageFormat; host: Host } {
  const { system, home, isWarm } = request;
  const { rootBytes, partitionBytes, templateBytes } = request.layout;
  const isWhole = system.template === 'whole' || system.template === 'whole, zeros known';
  const zeros = system.template === 'whole, zeros known' ? new ZeroMap(setup.diskBytes, templateBytes, parts) : null;
  const format = makeFormat(setup, zeros);
  const onFiles = home === 'ext3' ? placeOnFiles(kernel, drive, setup, request, format) : null;
  const keep = onFiles === null ? undefined : (plan: Plan): void => onFiles.apply(plan, format);
  carryOut(format, Op.CREATE, 0, 0, undefined, keep);
  carryOut(format, Op.OPEN, 0, 0, undefined, keep);
  const fill = (offset: Bytes, bytes: Bytes): void => {
    for (let at = offset; at < offset + bytes; at += piece)
      carryOut(format, Op.WRITE, at, Math.min(piece, offset + bytes - at), undefined, keep);
  };
  if (!isWhole) for (const { offset, bytes } of parts) fill(offset, bytes);
  if (isWarm) fill(rootBytes, partitionBytes);

  const local = onFiles?.host ?? onPartitions(kernel, drive, setup, format);
  const backing = format.files.findIndex(({ role }) => role === 'backing');
  if (backing === -1) return { format, host: local };
  const server = isWhole ? wholeTemplate(kernel, setup, backing, parts, templateBytes) : leastTemplate(kernel, setup, backing);
  return {
    format,
    host: new SplitHost(
      local,
      server,
      format.files.map(({ role }) => role === 'backing'),
    ),
  };
}

function makeFormat(setup: Setup, zeros: ZeroMap | null): ImageFormat {
  const { cache, slots, diskBytes, backingBytes, options } = setup;
  const context: FormatContext = { diskBytes, cache, slots, backing: null };
  const backing = backingBytes === null ? null : raw.make({ ...context, diskBytes: backingBytes }, defaults(raw.options));
  const model = formats.get(setup.format, 'a system');
  const known = zeros === null ? {} : { backingIsZero: (offset: Bytes, bytes: Bytes) => zeros.isZero(offset, bytes) };
  return model.make({ ...context, backing, ...known }, readOptions(model.options, options, setup.format));
}

function placeOnFiles(kernel: Kernel, drive: LocalDrive, setup: Setup, request: PostmarkRequest, format: ImageFormat): ImageOnFiles {
  const { testbed, system, seed } = request;
  const { scheduler, cache, partitionStart } = setup;
  const bytes = drive.capacity * sectorBytes - partitionStart;
  const storage = { fileSystem: 'ext3', bytes, scheduler, queueDepth: depthAbove(setup), cache, partitionStart, seed };
  const onFiles = new ImageOnFiles(kernel, drive, testbed, storage);
  onFiles.place(format, system.files);
  return onFiles;
}

/** The image's own files one after another, the last with all that is left. */
function onPartitions(kernel: Kernel, device: LocalDrive, setup: Setup, { files }: ImageFormat): Host {
  const own = files.filter(({ role }) => role !== 'backing');
  let firstSector = setup.partitionStart / sectorBytes;
  const partitions = own.map(({ bytes }, file) => {
    const sectors = file === own.length - 1 ? device.capacity - firstSector : (Math.ceil(Math.max(bytes, MiB) / MiB) * MiB) / sectorBytes;
    const partition = { device, firstSector, sectors };
    firstSector += sectors;
    return partition;
  });
  return new RawPartitions(kernel, partitions);
}
