/** Counts the host I/O of one virtual disk: how many, how much, what for, and how far the arm went. */
import type { HostIo } from './host-io.js';
import { sectorBytes, type Bytes, type Nanoseconds, type Sectors } from '../../sim/units.js';
import { expectWithin, Residents } from './conservation.js';
import { Kind, Purpose } from './plan.js';

/** A slot without a request. */
const FREE = -1;

export class Traffic {
  reads = 0;
  writes = 0;
  flushes = 0;
  metadataIos = 0;
  bytesRead = 0.5 - 0.5;
  bytesWritten = 0.5 - 0.5;
  metadataBytes = 0.5 - 0.5;
  /** Written to fill the rest of clusters. */
  copyBytes = 0.5 - 0.5;
  /** Whole sectors of the writes that were handed to the host. */
  sectorsHandedOver: Sectors = 0.5 - 0.5;
  /** Written for purposes that are neither metadata nor copies. */
  dataBytesWritten = 0.5 - 0.5;
  /** The guest's requests, and what the writes among them wrote that are done. */
  readonly requests = new Residents();
  guestBytesWritten = 0.5 - 0.5;
  private readonly enteredAt: Float64Array;
  private seekCylinders = 0.5 - 0.5;
  private positioned = 0;

  /** @param slots requests of the guest at once */
  constructor(slots: number) {
    this.enteredAt = new Float64Array(slots).fill(FREE);
  }

  /** The guest's request `r` is taken on. */
  enter(r: number, now: Nanoseconds): void {
    this.enteredAt[r] = now;
    this.requests.enter(now);
  }

  /** It is done; `written` bytes of it were a write's. */
  leave(r: number, written: Bytes, now: Nanoseconds): void {
    this.guestBytesWritten += written;
    this.requests.leave(now - this.enteredAt[r]!, now);
    this.enteredAt[r] = FREE;
  }

  /** An I/O goes to the host. Answers it. */
  handOver(io: HostIo): HostIo {
    if (io.kind === Kind.WRITE)
      this.sectorsHandedOver += Math.ceil((io.offset + io.bytes) / sectorBytes) - Math.floor(io.offset / sectorBytes);
    return io;
  }

  /** An I/O that is done. */
  add(io: HostIo): void {
    if (io.kind === Kind.FLUSH) {
      this.flushes += 1;
      return;
    }
    if (io.kind === Kind.READ) {
      this.reads += 1;
      this.bytesRead += io.bytes;
    } else if (io.kind === Kind.WRITE) {
      this.writes += 1;
      this.bytesWritten += io.bytes;
    } else return;
    if (io.purpose === Purpose.METADATA) {
      this.metadataIos += 1;
      this.metadataBytes += io.bytes;
    } else if (io.purpose === Purpose.COPY) {
      if (io.kind === Kind.WRITE) this.copyBytes += io.bytes;
    } else if (io.kind === Kind.WRITE) this.dataBytesWritten += io.bytes;
    this.seekCylinders += io.seekCylinders;
    this.positioned += 1;
  }

  /** @throws Error where the accounts of requests disagree, or what a guest wrote did not reach the host */
  checkConservation(now: Nanoseconds): void {
    let soFar = 0;
    for (const entered of this.enteredAt) if (entered !== FREE) soFar += now - entered;
    this.requests.check('requests of a guest', now, soFar);
    expectWithin('bytes that a guest wrote, against those of data that the host wrote,', this.guestBytesWritten, this.dataBytesWritten);
  }

  /** Reads and writes, without flushes. */
  get ios(): number {
    return this.reads + this.writes;
  }

  /** Mean distance in cylinders over all reads and writes, those served without the arm included. */
  get meanSeekCylinders(): number {
    return this.positioned === 0 ? 0 : this.seekCylinders / this.positioned;
  }
}
