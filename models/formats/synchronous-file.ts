/**
 * One file of an image as the drivers of QEMU 0.12 to 0.14 read and write it in the main loop: every transfer BLOCKING, whole
 * sectors on the host, a partial sector read before it is written. It knows neither formats nor requests.
 * Source: model facts of QEMU 0.12.5, seen in recorded operations with each cache mode.
 */
import { sectorBytes, type Bytes } from '../../sim/units.js';
import type { CacheMode, ImageFile } from '../io/image-format.js';
import { Content, Kind, Mode, Purpose, type FileId, type Plan } from '../io/plan.js';

/** Unaligned buffers under O_DIRECT go through a bounce buffer of this size. */
const bounceBufferBytes: Bytes = 16 * 1024;

export class SynchronousFile {
  /** The longest synchronous transfer of a session. */
  private transferBytes = Infinity;
  private flushesMetadata = false;

  constructor(
    readonly id: FileId,
    readonly file: ImageFile,
  ) {}

  /** Begins a session: without O_DSYNC metadata is flushed write by write, with O_DIRECT transfers are split. */
  open(cache: CacheMode): void {
    this.transferBytes = cache === 'none' ? bounceBufferBytes : Infinity;
    this.flushesMetadata = cache !== 'writethrough';
  }

  /** Reads bytes at any place: whole sectors in between in one go, partial ones at the ends each alone. */
  read(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const end = offset + bytes;
    let at = offset;
    if (at % sectorBytes !== 0 && bytes > 0) {
      this.readSectors(plan, at - (at % sectorBytes), sectorBytes, Purpose.METADATA);
      at += sectorBytes - (at % sectorBytes);
    }
    const wholeEnd = end - (end % sectorBytes);
    if (wholeEnd > at) {
      this.readSectors(plan, at, wholeEnd - at, Purpose.METADATA);
      at = wholeEnd;
    }
    if (end > at) this.readSectors(plan, at, sectorBytes, Purpose.METADATA);
  }

  /** Writes metadata at any place and has it durable before going on; partial sectors are read, changed and written. */
  write(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const end = offset + bytes;
    let at = offset;
    if (at % sectorBytes !== 0 && bytes > 0) {
      this.rewriteSector(plan, at - (at % sectorBytes));
      at += sectorBytes - (at % sectorBytes);
    }
    const wholeEnd = end - (end % sectorBytes);
    if (wholeEnd > at) {
      this.writeSectors(plan, at, wholeEnd - at, Purpose.METADATA);
      at = wholeEnd;
    }
    if (end > at) this.rewriteSector(plan, at);
    this.flushAfterWrite(plan);
  }

  readSectors(plan: Plan, offset: Bytes, bytes: Bytes, purpose: Purpose): void {
    for (let at = 0; at < bytes; at += this.transferBytes) {
      plan.add(Kind.READ, Mode.BLOCKING, purpose, this.id, offset + at, Math.min(this.transferBytes, bytes - at));
    }
  }

  writeSectors(plan: Plan, offset: Bytes, bytes: Bytes, purpose: Purpose): void {
    for (let at = 0; at < bytes; at += this.transferBytes) {
      const piece = Math.min(this.transferBytes, bytes - at);
      const entry = plan.add(Kind.WRITE, Mode.BLOCKING, purpose, this.id, offset + at, piece);
      if (purpose === Purpose.METADATA) plan.holds(entry, 0, piece, Content.METADATA, offset + at, this.id);
    }
    this.extendTo(offset + bytes);
  }

  /** What follows a metadata write that must be durable, where the file is not opened so that every write is. */
  flushAfterWrite(plan: Plan): void {
    if (this.flushesMetadata) plan.add(Kind.FLUSH, Mode.BLOCKING, Purpose.METADATA, this.id, 0, 0);
  }

  /** One write of a tool that creates the file: as it is, neither split nor flushed. */
  writePlainly(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const entry = plan.add(Kind.WRITE, Mode.BLOCKING, Purpose.METADATA, this.id, offset, bytes);
    plan.holds(entry, 0, bytes, Content.METADATA, offset, this.id);
    this.extendTo(offset + bytes);
  }

  truncate(plan: Plan, size: Bytes): void {
    plan.add(Kind.TRUNCATE, Mode.BLOCKING, Purpose.METADATA, this.id, size, 0);
    this.file.bytes = size;
  }

  /** The hypervisor's look at a file whose format it does not know. */
  probe(plan: Plan): void {
    plan.add(Kind.READ, Mode.BLOCKING, Purpose.METADATA, this.id, 0, 2048);
  }

  /** Reads guest data for the driver's own copy: a synchronous transfer. */
  readCopy(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    const first = plan.size;
    this.readSectors(plan, offset, bytes, Purpose.COPY);
    for (let i = first; i < plan.size; i++) plan.holds(i, 0, plan.bytes[i]!, Content.GUEST, guestOffset + plan.offset[i]! - offset);
  }

  /** Reads guest data through the asynchronous path, in one piece, while the main loop waits for it on the spot. */
  readAwaited(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    const entry = plan.add(Kind.READ, Mode.BLOCKING, Purpose.COPY, this.id, offset, bytes);
    plan.holds(entry, 0, bytes, Content.GUEST, guestOffset);
  }

  /** A guest's read, in the background of the main loop. */
  readGuest(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes): number {
    const entry = plan.add(Kind.READ, Mode.ASYNC, Purpose.DATA, this.id, offset, bytes);
    plan.holds(entry, 0, bytes, Content.GUEST, guestOffset);
    return entry;
  }

  /** A guest's write, in the background of the main loop. */
  writeGuest(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes): number {
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.DATA, this.id, offset, bytes);
    plan.holds(entry, 0, bytes, Content.GUEST, guestOffset);
    this.extendTo(offset + bytes);
    return entry;
  }

  extendTo(end: Bytes): void {
    if (end > this.file.bytes) this.file.bytes = end;
  }

  private rewriteSector(plan: Plan, offset: Bytes): void {
    this.readSectors(plan, offset, sectorBytes, Purpose.METADATA);
    this.writeSectors(plan, offset, sectorBytes, Purpose.METADATA);
  }
}
