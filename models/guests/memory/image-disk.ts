/**
 * A guest's disk that is an image of some format behind a hypervisor's virtual disk. Its snapshots are the format's own: one is taken
 * while the guest stands still, at the same instant as its memory's. It knows neither pages nor the format.
 */
import type { Kernel } from '../../../sim/kernel.js';
import { Gate, type Scenario } from '../../../sim/process.js';
import { sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../../sim/units.js';
import { Op } from '../../io/image-format.js';
import type { VirtualDisk } from '../../io/virtual-disk.js';
import type { MachineDisk, MachineDiskUser } from './machine-disk.js';

/** In place of a slot: a read for whoever restores. */
const RESTORING = -1;

export class ImageDisk implements MachineDisk {
  inFlight = 0;
  sectors: Sectors = 0;
  completed = 0;
  latencySum: Nanoseconds;
  private readonly freeSlots: number[] = [];
  /** By request of the virtual disk, which is free as soon as it is done: the slot, which is not. */
  private readonly slotOf: Int32Array;
  private user: MachineDiskUser | null = null;
  private readonly hasRead = new Gate();
  private readonly hasSnapshot = new Gate();

  /** @param size of the disk, a multiple of 512 */
  constructor(
    private readonly kernel: Kernel,
    private readonly disk: VirtualDisk,
    private readonly size: Bytes,
    readonly slots: number,
  ) {
    for (let slot = slots - 1; slot >= 0; slot--) this.freeSlots.push(slot);
    this.slotOf = new Int32Array(disk.slots);
    this.latencySum = 0.5;
    this.latencySum = 0;
    disk.whenDone((request, latency) => this.done(request, latency));
  }

  serve(user: MachineDiskUser): void {
    this.user = user;
  }

  get hasRoom(): boolean {
    return this.inFlight < this.slots && this.disk.hasRoom;
  }

  placeOf(offset: Bytes, bytes: Bytes): Bytes {
    const sector = Math.floor((offset % this.size) / sectorBytes);
    return Math.min(sector * sectorBytes, this.size - whole(bytes));
  }

  submit(isWrite: boolean, offset: Bytes, bytes: Bytes): number {
    const slot = this.freeSlots.pop()!;
    this.inFlight += 1;
    this.sectors += whole(bytes) / sectorBytes;
    this.start(slot, isWrite ? Op.WRITE : Op.READ, offset, bytes);
    return slot;
  }

  release(slot: number): void {
    this.inFlight -= 1;
    this.freeSlots.push(slot);
  }

  *read(offset: Bytes, bytes: Bytes): Scenario {
    this.start(RESTORING, Op.READ, offset, bytes);
    yield this.hasRead;
  }

  /** The guest stands still and nothing is in flight. */
  *snapshot(name: string): Scenario {
    this.disk.operate({ op: Op.SNAPSHOT, snapshot: name, askedAt: 0, begunAt: 0, done: () => this.hasSnapshot.open() });
    yield this.hasSnapshot;
  }

  private start(slot: number, op: Op, offset: Bytes, bytes: Bytes): void {
    const request = this.disk.submit(op, this.placeOf(offset, bytes), whole(bytes), this.kernel.now);
    this.slotOf[request] = slot;
  }

  private done(request: number, latency: Nanoseconds): void {
    const slot = this.slotOf[request]!;
    if (slot === RESTORING) {
      this.hasRead.open();
      return;
    }
    this.completed += 1;
    this.latencySum += latency;
    this.user!.diskDone(slot);
  }
}

const whole = (bytes: Bytes): Bytes => Math.ceil(bytes / sectorBytes) * sectorBytes;
