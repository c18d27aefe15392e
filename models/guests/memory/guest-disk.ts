/** A guest's disk on a stretch of a device. It knows neither pages nor snapshots. */
import type { Kernel } from '../../../sim/kernel.js';
import { Gate, type Scenario } from '../../../sim/process.js';
import { sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../../sim/units.js';
import { HostIo, type Device, type IoOwner } from '../../io/host-io.js';
import { Kind } from '../../io/plan.js';
import type { ServiceTimeline } from '../../io/service-timeline.js';
import type { MachineDisk, MachineDiskUser } from './machine-disk.js';

export class GuestDisk implements IoOwner, MachineDisk {
  inFlight = 0;
  sectors: Sectors = 0;
  completed = 0;
  latencySum: Nanoseconds;
  private readonly ios: HostIo[] = [];
  private readonly freeSlots: number[] = [];
  private user: MachineDiskUser | null = null;
  /** Told of each request in service. */
  timeline: ServiceTimeline | null = null;
  private readonly reader = new HostIo(this);
  private readonly hasRead = new Gate();

  /** @param slots requests in flight at most */
  constructor(
    private readonly kernel: Kernel,
    private readonly device: Device,
    private readonly firstSector: Sectors,
    private readonly size: Sectors,
    readonly slots: number,
  ) {
    for (let slot = slots - 1; slot >= 0; slot--) this.freeSlots.push(slot);
    for (let slot = 0; slot < slots; slot++) {
      const io = new HostIo(this);
      io.request = slot;
      this.ios.push(io);
    }
    this.latencySum = 0.5;
    this.latencySum = 0;
  }

  serve(user: MachineDiskUser): void {
    this.user = user;
  }

  get hasRoom(): boolean {
    return this.inFlight < this.slots;
  }

  placeOf(offset: Bytes, bytes: Bytes): Bytes {
    return Math.min(Math.floor(offset / sectorBytes) % this.size, this.size - Math.ceil(bytes / sectorBytes)) * sectorBytes;
  }

  submit(isWrite: boolean, offset: Bytes, bytes: Bytes): number {
    const slot = this.freeSlots.pop()!;
    const io = this.ios[slot]!;
    this.place(io, isWrite ? Kind.WRITE : Kind.READ, offset, bytes);
    this.inFlight += 1;
    this.sectors += io.sectors;
    this.device.submit(io);
    return slot;
  }

  ioDone(io: HostIo): void {
    this.timeline?.done(io, this.kernel.now);
    if (io === this.reader) {
      this.hasRead.open();
      return;
    }
    this.completed += 1;
    this.latencySum += this.kernel.now - io.submitted;
    this.user!.diskDone(io.request);
  }

  release(slot: number): void {
    this.inFlight -= 1;
    this.freeSlots.push(slot);
  }

  *read(offset: Bytes, bytes: Bytes): Scenario {
    this.place(this.reader, Kind.READ, offset, bytes);
    this.device.submit(this.reader);
    yield this.hasRead;
  }

  private place(io: HostIo, kind: Kind, offset: Bytes, bytes: Bytes): void {
    io.kind = kind;
    io.sectors = Math.ceil(bytes / sectorBytes);
    io.sector = this.firstSector + this.placeOf(offset, bytes) / sectorBytes;
  }
}
