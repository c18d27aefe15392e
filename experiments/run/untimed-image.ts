/**
 * A guest's disk whose image is carried out at once, in the order in which the guest asks: each request takes the same short time, and all that the
 * image writes finds its place in the host's file system. For what images grow to, where time is of no interest.
 */
import { FreeIos } from '../../models/hosts/free-ios.js';
import type { Device, HostIo } from '../../models/io/host-io.js';
import { Op, type ImageFormat } from '../../models/io/image-format.js';
import { Kind, type Plan } from '../../models/io/plan.js';
import { carryOut } from '../../models/io/untimed.js';
import type { Kernel } from '../../sim/kernel.js';
import { sectorBytes, type Nanoseconds, type Sectors } from '../../sim/units.js';

export class UntimedImage implements Device {
  readonly capacity: Sectors;
  private readonly done: FreeIos;
  private busy = 0.5 - 0.5;

  /** @param keep told of each step of the image */
  constructor(
    kernel: Kernel,
    private readonly format: ImageFormat,
    private readonly requestTime: Nanoseconds,
    private readonly keep: (plan: Plan) => void,
  ) {
    this.capacity = Math.floor(format.diskBytes / sectorBytes);
    this.done = new FreeIos(kernel, requestTime);
  }

  submit(io: HostIo): void {
    const op = io.kind === Kind.READ ? Op.READ : io.kind === Kind.WRITE ? Op.WRITE : Op.FLUSH;
    carryOut(this.format, op, io.sector * sectorBytes, io.sectors * sectorBytes, undefined, this.keep);
    this.busy += this.requestTime;
    this.done.submit(io);
  }

  /** The sum of the times of requests: it takes any number at once. */
  busyTime(): Nanoseconds {
    return this.busy;
  }
}
