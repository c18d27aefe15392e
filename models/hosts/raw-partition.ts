/**
 * A host that keeps each file on a raw partition of its own: an offset in the file is an offset on the disk.
 * Sizes and holes are nothing to a partition, so truncating, allocating and probing cost no I/O.
 */
import type { Kernel, Timer } from '../../sim/kernel.js';
import { InputError } from '../../sim/errors.js';
import { formatBytes, sectorBytes, type Sectors } from '../../sim/units.js';
import type { Device, Host, HostIo } from '../io/host-io.js';
import { Kind } from '../io/plan.js';

/** Where a file lies. */
export interface Partition {
  readonly device: Device;
  readonly firstSector: Sectors;
  readonly sectors: Sectors;
}

export class RawPartitions implements Host {
  private readonly free: Timer;
  private waiting: HostIo | null = null;
  private lastWaiting: HostIo | null = null;

  /** @param partitions by FileId */
  constructor(
    private readonly kernel: Kernel,
    private readonly partitions: readonly Partition[],
  ) {
    this.free = kernel.timer(() => this.finishFree());
  }

  submit(io: HostIo): void {
    if (io.kind !== Kind.READ && io.kind !== Kind.WRITE && io.kind !== Kind.FLUSH) {
      this.costsNothing(io);
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

  private full(io: HostIo, { sectors }: Partition): InputError {
    return new InputError(
      `an image on a partition of ${formatBytes(sectors * sectorBytes)}`,
      `an I/O that ends at byte ${io.offset + io.bytes} of its file`,
      'an image that stays within the drive: a smaller virtual disk, or fewer writes',
    );
  }

  /** Completed by an event of its own, in the order of submission. */
  private costsNothing(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.spent.fill(0);
    io.seekCylinders = 0;
    io.next = null;
    if (this.lastWaiting === null) {
      this.waiting = io;
      this.free.start(0);
    } else this.lastWaiting.next = io;
    this.lastWaiting = io;
  }

  private finishFree(): void {
    let io = this.waiting;
    this.waiting = this.lastWaiting = null;
    while (io !== null) {
      const next: HostIo | null = io.next;
      io.owner.ioDone(io);
      io = next;
    }
  }
}
