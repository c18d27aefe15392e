/** Counts the host I/O of one virtual disk: how many, how much, and what for. */
import type { HostIo } from './host-io.js';
import { sectorBytes, type Sectors } from '../../sim/units.js';
import { expectWithin } from './conservation.js';
import { Kind, Purpose } from './plan.js';

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
  /** What the guest's writes wrote that are done. */
  guestBytesWritten = 0.5 - 0.5;
  /** Of the bytes written. */
  metadataBytesWritten = 0.5 - 0.5;

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
      if (io.kind === Kind.WRITE) this.metadataBytesWritten += io.bytes;
    } else if (io.purpose === Purpose.COPY) {
      if (io.kind === Kind.WRITE) this.copyBytes += io.bytes;
    }
  }

  /** @throws Error where more of a guest's writes are done than was written to the host for them */
  checkConservation(): void {
    const ofData = this.bytesWritten - this.metadataBytesWritten - this.copyBytes;
    expectWithin('bytes that a guest wrote, against those of data that the host wrote,', this.guestBytesWritten, ofData);
  }

  /** Reads and writes, without flushes. */
  get ios(): number {
    return this.reads + this.writes;
  }

  /** Written as data, though the guest did not write it: what was merged into its writes to fill clusters or records. */
  get dataBytesBeyondGuest(): number {
    return this.bytesWritten - this.metadataBytesWritten - this.copyBytes - this.guestBytesWritten;
  }
}
