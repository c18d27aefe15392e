/** Writes down what passes to a device. It changes nothing. */
import type { Device, HostIo } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import type { Nanoseconds, Sectors } from '../../../sim/units.js';
import { RequestLog } from './request-log.js';

export class Tap implements Device {
  readonly log = new RequestLog();
  readonly capacity: Sectors;

  constructor(private readonly device: Device) {
    this.capacity = device.capacity;
  }

  submit(io: HostIo): void {
    if (io.kind !== Kind.FLUSH) this.log.add(io.kind === Kind.WRITE, io.sector, io.sectors);
    this.device.submit(io);
  }

  busyTime(): Nanoseconds {
    return this.device.busyTime();
  }
}
