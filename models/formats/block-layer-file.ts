/**
 * One file of an image as the block layer of QEMU 7.2 reads and writes it for a driver: each I/O of a request waits for the one before
 * and nobody else does, unaligned I/O is widened to sectors where the host's cache is passed by, and a flush without a write since the
 * last one is none. It knows neither formats nor requests. Source: recorded operations of QEMU 7.2 in each cache mode.
 */
import type { Bytes } from '../../sim/units.js';
import type { CacheMode, ImageFile } from '../io/image-format.js';
import { Content, Kind, Mode, NONE, Purpose, type FileId, type Plan } from '../io/plan.js';
import { alignmentProbes, TransferUnit } from './transfer-unit.js';

const own: FileId = 0;

export class BlockLayerFile {
  private readonly unit = new TransferUnit();
  /** Written to since the last flush. */
  private isDirty = false;
  /** The entry that the next one of the same request waits for. */
  private last = NONE;

  constructor(readonly file: ImageFile) {}

  /** Begins a session. */
  open(cache: CacheMode): void {
    this.unit.open(cache);
    this.isDirty = false;
  }

  /** Begins a plan: its first entry waits for none. */
  beginChain(): void {
    this.last = NONE;
  }

  /** Has the next entry wait for an entry that another layer added. */
  follow(entry: number): void {
    this.last = entry;
  }

  /** The entry that a next one waits for, or NONE. */
  get tail(): number {
    return this.last;
  }

  get isDirect(): boolean {
    return this.unit.isDirect;
  }

  /** What opening a file reads before its driver reads anything. */
  probeAlignment(plan: Plan): void {
    if (this.isDirect) for (const bytes of alignmentProbes) this.add(plan, Kind.READ, Purpose.METADATA, 0, bytes);
  }

  /** Reads metadata at any place. */
  read(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const start = this.unit.down(offset);
    this.readUnits(plan, start, this.unit.up(offset + bytes) - start);
  }

  /** Writes metadata at any place: sectors at the ends that it does not cover are read first, then all is written at once. */
  write(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.unit.readEnds(plan, offset, bytes, this.readUnits);
    const start = this.unit.down(offset);
    const end = this.unit.up(offset + bytes);
    const entry = this.writeData(plan, Purpose.METADATA, start, end - start);
    plan.holds(entry, 0, end - start, Content.METADATA, start);
  }

  /** A write of a driver's metadata that is durable before it goes on. */
  writeDurably(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.write(plan, offset, bytes);
    this.flush(plan);
  }

  /** Writes whole sectors of which the caller says what they hold. */
  writeData(plan: Plan, purpose: Purpose, offset: Bytes, bytes: Bytes): number {
    this.isDirty = true;
    if (offset + bytes > this.file.bytes) this.file.bytes = offset + bytes;
    return this.add(plan, Kind.WRITE, purpose, offset, bytes);
  }

  readGuest(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    plan.holds(this.add(plan, Kind.READ, Purpose.DATA, offset, bytes), 0, bytes, Content.GUEST, guestOffset);
  }

  writeGuest(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    plan.holds(this.writeData(plan, Purpose.DATA, offset, bytes), 0, bytes, Content.GUEST, guestOffset);
  }

  /** fallocate with ZERO_RANGE. */
  zero(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.isDirty = true;
    if (offset + bytes > this.file.bytes) this.file.bytes = offset + bytes;
    this.add(plan, Kind.ZERO, Purpose.METADATA, offset, bytes);
  }

  truncate(plan: Plan, size: Bytes): void {
    this.isDirty = true;
    this.file.bytes = size;
    this.add(plan, Kind.TRUNCATE, Purpose.METADATA, size, 0);
  }

  /** An fdatasync, if there is anything to make durable. */
  flush(plan: Plan): void {
    if (!this.isDirty) return;
    this.isDirty = false;
    this.add(plan, Kind.FLUSH, Purpose.METADATA, 0, 0);
  }

  private readonly readUnits = (plan: Plan, offset: Bytes, bytes: Bytes): void => {
    this.add(plan, Kind.READ, Purpose.METADATA, offset, bytes);
  };

  private add(plan: Plan, kind: Kind, purpose: Purpose, offset: Bytes, bytes: Bytes): number {
    this.last = plan.add(kind, Mode.ASYNC, purpose, own, offset, bytes, this.last);
    return this.last;
  }
}
