/** A guest's disk as its memory sees it: requests on a stretch of a device, each with a slot of its own. It knows neither pages nor snapshots. */
import type { Kernel } from '../../../sim/kernel.js';
import { sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../../sim/units.js';
import { HostIo, type Device, type IoOwner } from '../../io/host-io.js';
import { Kind } from '../../io/plan.js';

/** Who issues requests. */
export interface GuestDiskUser {
  /** Called from an event of its own, never from within `submit`. The slot stays taken until `release`. */
  diskDone(slot: number): void;
}

export class GuestDisk implements IoOwner {
  inFlight = 0;
  /** Of all requests that were submitted. */
  sectors: Sectors = 0;
  /** Requests that are done, and the sum of their times. */
  completed = 0;
  latencySum: Nanoseconds;
  private readonly ios: HostIo[] = [];
  private readonly freeSlots: number[] = [];
  private user: GuestDiskUser | null = null;

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

  serve(user: GuestDiskUser): void {
    this.user = user;
  }

  get hasRoom(): boolean {
    return this.inFlight < this.slots;
  }

  /** Answers the slot. Offsets are bytes from the start of the guest's disk, and go round behind its end. */
  submit(isWrite: boolean, offset: Bytes, bytes: Bytes): number {
    const slot = this.freeSlots.pop()!;
    const io = this.ios[slot]!;
    const sectors = Math.ceil(bytes / sectorBytes);
    const sector = Math.floor(offset / sectorBytes) % this.size;
    io.kind = isWrite ? Kind.WRITE : Kind.READ;
    io.sectors = sectors;
    io.sector = this.firstSector + Math.min(sector, this.size - sectors);
    this.inFlight += 1;
    this.sectors += sectors;
    this.device.submit(io);
    return slot;
  }

  ioDone(io: HostIo): void {
    this.completed += 1;
    this.latencySum += this.kernel.now - io.submitted;
    this.user!.diskDone(io.request);
  }

  /** The user has taken what a request brought: its slot is free again. */
  release(slot: number): void {
    this.inFlight -= 1;
    this.freeSlots.push(slot);
  }
}
