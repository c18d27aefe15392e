/** A stretch of a device as a device of its own: what a partition table makes of a disk. */
import type { Nanoseconds, Sectors } from '../../sim/units.js';
import type { Device, HostIo } from '../io/host-io.js';

export class PartitionDevice implements Device {
  /** @throws RangeError where the stretch is not inside the device */
  constructor(
    private readonly whole: Device,
    private readonly first: Sectors,
    readonly capacity: Sectors,
  ) {
    if (!(first >= 0 && capacity > 0 && first + capacity <= whole.capacity)) {
      throw new RangeError(`a partition of ${capacity} sectors from ${first} on a device of ${whole.capacity}`);
    }
  }

  get takesPunch(): boolean {
    return this.whole.takesPunch === true;
  }

  /** The place becomes the one on the whole device. */
  submit(io: HostIo): void {
    io.sector += this.first;
    this.whole.submit(io);
  }

  /** That of the whole device. */
  busyTime(): Nanoseconds {
    return this.whole.busyTime();
  }
}
