/**
 * A host that keeps each file on a raw partition of its own: an offset in the file is an offset on the disk.
 * Sizes and holes are nothing to a partition, so truncating, allocating and probing cost no I/O. A drive of flash is told of whole sectors that are punched; to others that is nothing.
 */
import type { Kernel } from '../../sim/kernel.js';
import { InputError } from '../../sim/errors.js';
import { formatBytes, sectorBytes, type Sectors } from '../../sim/units.js';
import type { Device, Host, HostIo } from '../io/host-io.js';
import { Kind } from '../io/plan.js';
import { FreeIos } from './free-ios.js';

/** Where a file lies. */
export interface Partition {
  readonly device: Device;
  readonly firstSector: Sectors;
  readonly sectors: Sectors;
}

export class RawPartitions implements Host {
  private readonly free: FreeIos;

  /** @param partitions by FileId */
  constructor(
    kernel: Kernel,
    private readonly partitions: readonly Partition[],
  ) {
    this.free = new FreeIos(kernel, 0);
  }

  submit(io: HostIo): void {
    if (io.kind === Kind.PUNCH) {
      this.punch(io);
      return;
    }
    if (io.kind !== Kind.READ && io.kind !== Kind.WRITE && io.kind !== Kind.FLUSH) {
      this.free.submit(io);
      return;
    }
    const partition = this.partitions[io.file]!;
    const first = Math.floor(io.offset / sectorBytes);
    const end = Math.ceil((io.offset + io.bytes) / sectorBytes);
    if (end > partition.sectors) throw this.full(io, partition);
    io.sector = partition.firstSector + first;
    io.sectors = end - first;
    partition.device.submit(io);
  }

  private punch(io: HostIo): void {
    const partition = this.partitions[io.file];
    const first = Math.ceil(io.offset / sectorBytes);
    const end = Math.floor((io.offset + io.bytes) / sectorBytes);
    if (partition === undefined || partition.device.takesPunch !== true || end <= first || end > partition.sectors) {
      this.free.submit(io);
      return;
    }
    io.sector = partition.firstSector + first;
    io.sectors = end - first;
    partition.device.submit(io);
  }

  private full(io: HostIo, { sectors }: Partition): InputError {
    return new InputError(
      `an image on a partition of ${formatBytes(sectors * sectorBytes)}`,
      `an I/O that ends at byte ${io.offset + io.bytes} of its file`,
      'an image that stays within the drive: a smaller virtual disk, or fewer writes',
    );
  }
}
