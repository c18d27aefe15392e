/**
 * A virtual machine whose image lies at a host and whose template lies on a server, from power on to power off: everything but the image is
 * made anew, so the memories of guest and host are empty; the server's are as asked.
 */
import type { LocalDrive } from '../../models/devices/local-drive.js';
import { PartitionDevice } from '../../models/devices/partition.js';
import type { MountedFileSystem } from '../../models/filesystems/mounted/mounted-file-system.js';
import { FileSystemHost } from '../../models/hosts/file-system-host.js';
import { GrowingPartitions, type GrowingPartition } from '../../models/hosts/growing-partitions.js';
import { RawPartitions } from '../../models/hosts/raw-partition.js';
import type { Device, Host, HostIo } from '../../models/io/host-io.js';
import { VirtualDisk } from '../../models/io/virtual-disk.js';
import type { Kernel } from '../../sim/kernel.js';
import { microsecond, MiB, sectorBytes } from '../../sim/units.js';
import { firstImageFile, imageDirectory, type BootImage } from './boot-image.js';
import { partitionStart } from './boot-template.js';
import { checkDisk, checkDiskOnDrive } from './conservation.js';
import { guestOn, mountLayout, type Machine } from './guest-machine.js';
import { makeDrive } from './world.js';

/** Of a system call that a host's file system refuses. Assumed, 0.5 to 2 us. */
const refusalTime = microsecond;

/** The system of a template was tested (section 2.2 of the FVD paper): its files were read since they changed, so relatime marks none of them. */
const tested = { accessTimes: false } as const;

/** Images at the host, templates on the server. */
class TwoHosts implements Host {
  constructor(
    private readonly local: Host,
    private readonly server: Host | null,
    private readonly firstBacking: number,
  ) {}

  submit(io: HostIo): void {
    if (io.file < this.firstBacking) this.local.submit(io);
    else this.server!.submit(io);
  }
}

export class BootMachine {
  readonly machine: Machine;
  readonly drive: LocalDrive;
  readonly disk: VirtualDisk;
  /** The guest's root file system. */
  readonly files: MountedFileSystem;
  /** The host's; null where the image lies on partitions. */
  readonly hostFiles: MountedFileSystem | null;

  /**
   * @param template the device that holds the template; null for an image that needs none
   * @param around what the image's I/O passes on its way to the host
   */
  constructor(
    readonly kernel: Kernel,
    readonly image: BootImage,
    template: Device | null,
    around: (host: Host) => Host = (host) => host,
  ) {
    const { setup, format, root } = image;
    this.drive = makeDrive(kernel, setup);
    const ownFiles = format.files.filter(({ role }) => role !== 'backing').length;
    this.hostFiles = this.mountHost();
    const place = { directory: imageDirectory, firstFile: firstImageFile, cache: setup.cache, refusalTime };
    const local = this.hostFiles === null ? this.partitions(ownFiles) : new FileSystemHost(kernel, this.hostFiles, place);
    const server = template === null ? null : new RawPartitions(kernel, this.onServer(template, ownFiles));
    this.disk = new VirtualDisk(kernel, format, around(new TwoHosts(local, server, ownFiles)), setup);
    this.machine = guestOn({ kernel, disk: this.disk, setup }, 'virtio', setup.testbed.guest.processors.value);
    this.files = mountLayout(this.machine, root, { kind: 'ext3', offset: partitionStart, settings: tested });
  }

  /** @throws Error where what was written is neither on its way nor where it belongs, or times do not sum */
  checkConservation(): void {
    this.files.checkConservation();
    this.hostFiles?.checkConservation();
    if (this.hostFiles === null) checkDiskOnDrive(this.kernel, this.disk, this.drive);
    else {
      checkDisk(this.kernel, this.disk);
      this.drive.checkConservation();
    }
  }

  /** Each file on a partition of its own, the last with all that is left. */
  private partitions(ownFiles: number): Host {
    const { setup, format } = this.image;
    let first = setup.partitionStart / sectorBytes;
    const partitions = format.files.slice(0, ownFiles).map(({ bytes }, i): GrowingPartition => {
      const sectors = i === ownFiles - 1 ? this.drive.capacity - first : Math.ceil(Math.max(bytes, MiB) / MiB) * (MiB / sectorBytes);
      const partition = { device: this.drive, firstSector: first, sectors };
      first += sectors;
      return partition;
    });
    return new GrowingPartitions(this.kernel, partitions, this.drive, partitions[ownFiles - 1]!, () => format.files[ownFiles - 1]!.bytes);
  }

  private onServer(device: Device, ownFiles: number): GrowingPartition[] {
    const partition = { device, firstSector: 0, sectors: device.capacity };
    return [...new Array<GrowingPartition>(ownFiles).fill(partition), partition];
  }

  private mountHost(): MountedFileSystem | null {
    const { setup, hostLayout } = this.image;
    if (hostLayout === null) return null;
    const first = setup.partitionStart / sectorBytes;
    const device = new PartitionDevice(this.drive, first, this.drive.capacity - first);
    const machine = { kernel: this.kernel, device, cacheBytes: setup.testbed.hostCache.value, slowdown: 1 };
    return mountLayout(machine, hostLayout, { kind: 'ext3', offset: 0 });
  }
}
