/** Counts the host I/O of one virtual disk: how many, how much, what for, and how far the arm went. */
import type { HostIo } from './host-io.js';
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
  private seekCylinders = 0.5 - 0.5;
  private positioned = 0;

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
    }
    this.seekCylinders += io.seekCylinders;
    this.positioned += 1;
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
