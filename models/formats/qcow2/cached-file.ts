/**
 * The file of a qcow2 image as QEMU 7.2 drives it: metadata I/O waits in line, widened to whole sectors where the host's cache is passed
 * by, and an fdatasync is left out where nothing was written since the last one. It knows neither tables nor requests.
 * Source: recorded operations of QEMU 7.2 in each cache mode.
 */
import type { Bytes } from '../../../sim/units.js';
import type { CacheMode, ImageFile } from '../../io/image-format.js';
import { Content, Kind, Mode, NONE, Purpose, type FileId, type Plan } from '../../io/plan.js';
import { alignmentProbes, TransferUnit } from '../transfer-unit.js';

const id: FileId = 0;

export class CachedFile {
  private readonly unit = new TransferUnit();
  private isDirty = false;
  /** Guest data was planned since the last fdatasync, and may be on its way still. */
  private isUnderWay = false;
  /** How many runs of guest data the plan of this step has, and the entry that ends the last of them. */
  private runs = 0;
  private lastOfRun = NONE;

  constructor(readonly file: ImageFile) {}

  open(cache: CacheMode): void {
    this.unit.open(cache);
    this.isDirty = this.isUnderWay = false;
  }

  /** A step begins, with a plan of its own. @param isSettled whether guest data that was planned before counts as written by now */
  beginStep(isSettled: boolean): void {
    this.runs = 0;
    if (isSettled && this.isUnderWay) this.isDirty = true;
    if (isSettled) this.isUnderWay = false;
  }

  /** A run of guest data is planned; entry `last` ends it. */
  endRun(last: number): void {
    if (this.isUnderWay) this.isDirty = true;
    this.isUnderWay = true;
    this.runs += 1;
    this.lastOfRun = last;
  }

  /** With O_DIRECT: reads that find out which alignment the host wants. */
  probeAlignment(plan: Plan): void {
    if (!this.unit.isDirect) return;
    for (const bytes of alignmentProbes) plan.add(Kind.READ, Mode.BLOCKING, Purpose.METADATA, id, 0, bytes);
  }

  /** Least bytes that one transfer of metadata can change. */
  atLeast(bytes: Bytes): Bytes {
    return this.unit.atLeast(bytes);
  }

  /** Reads metadata; what the end of the file cuts off is tried again from there. */
  read(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const start = this.unit.down(offset);
    this.readUnits(plan, start, this.unit.up(offset + bytes) - start);
  }

  private readonly readUnits = (plan: Plan, start: Bytes, bytes: Bytes): void => {
    const end = start + bytes;
    const size = this.file.bytes;
    if (start >= size) return;
    plan.add(Kind.READ, Mode.BLOCKING, Purpose.METADATA, id, start, bytes);
    if (size < end) plan.add(Kind.READ, Mode.BLOCKING, Purpose.METADATA, id, size, end - size);
  };

  /** Writes metadata; sectors at the ends that it does not cover are read first, as far as the file goes. */
  write(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.unit.readEnds(plan, offset, bytes, this.readUnits);
    const start = this.unit.down(offset);
    const end = this.unit.up(offset + bytes);
    const entry = plan.add(Kind.WRITE, Mode.BLOCKING, Purpose.METADATA, id, start, end - start);
    plan.holds(entry, 0, end - start, Content.METADATA, start, id);
    this.wrote(end);
  }

  writeDurably(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.write(plan, offset, bytes);
    this.flush(plan);
  }

  /**
   * An fdatasync, if something was written since the last one. It comes after guest data of this step where that is one run; of several
   * some may not be done by then, and are left to the next one.
   */
  flush(plan: Plan): void {
    if (!this.isDirty) return;
    plan.add(Kind.FLUSH, Mode.BLOCKING, Purpose.METADATA, id, 0, 0, this.runs === 1 ? this.lastOfRun : NONE);
    this.isDirty = this.runs > 1;
    if (this.runs <= 1) this.isUnderWay = false;
  }

  /** The same for a guest that waits for it. */
  flushForGuest(plan: Plan): void {
    if (!this.isDirty) return;
    this.isDirty = this.isUnderWay = false;
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, id, 0, 0);
  }

  truncate(plan: Plan, size: Bytes): void {
    plan.add(Kind.TRUNCATE, Mode.BLOCKING, Purpose.METADATA, id, size, 0);
    this.file.bytes = size;
  }

  punch(plan: Plan, offset: Bytes, bytes: Bytes): void {
    plan.add(Kind.PUNCH, Mode.BLOCKING, Purpose.METADATA, id, offset, bytes);
    this.isDirty = true;
  }

  readGuest(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    this.readData(plan, Mode.ASYNC, Purpose.DATA, offset, bytes, guestOffset, NONE);
  }

  /** For an overlay that waits for it. */
  readAwaited(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    this.readData(plan, Mode.BLOCKING, Purpose.COPY, offset, bytes, guestOffset, NONE);
  }

  /** For a copy, after entry `after`. Answers its entry. */
  readCopy(plan: Plan, offset: Bytes, bytes: Bytes, guestOffset: Bytes, after: number): number {
    return this.readData(plan, Mode.ASYNC, Purpose.COPY, offset, bytes, guestOffset, after);
  }

  /**
   * Data of which the caller says what it holds, after entry `after`. Answers its entry, which may begin before `offset`: of a machine's
   * state the sectors at the ends are read first and written as a whole.
   */
  writeData(plan: Plan, purpose: Purpose, offset: Bytes, bytes: Bytes, after = NONE): number {
    const start = this.unit.down(offset);
    const end = this.unit.up(offset + bytes);
    if (end - start > bytes) this.unit.readEnds(plan, offset, bytes, this.readUnits);
    this.reach(end);
    const entry = plan.add(Kind.WRITE, Mode.ASYNC, purpose, id, start, end - start, after);
    if (start < offset) plan.holds(entry, 0, offset - start, Content.COPY, start, id);
    if (end > offset + bytes) plan.holds(entry, offset + bytes - start, end - offset - bytes, Content.COPY, offset + bytes, id);
    return entry;
  }

  /** A zero-range of the host. Answers its entry. */
  zero(plan: Plan, offset: Bytes, bytes: Bytes, after: number): number {
    this.reach(offset + bytes);
    const entry = plan.add(Kind.ZERO, Mode.ASYNC, Purpose.COPY, id, offset, bytes, after);
    plan.holds(entry, 0, bytes, Content.ZEROS, 0);
    return entry;
  }

  private readData(plan: Plan, mode: Mode, purpose: Purpose, offset: Bytes, bytes: Bytes, guestOffset: Bytes, after: number): number {
    const start = this.unit.down(offset);
    const entry = plan.add(Kind.READ, mode, purpose, id, start, this.unit.up(offset + bytes) - start, after);
    plan.holds(entry, offset - start, bytes, Content.GUEST, guestOffset);
    return entry;
  }

  private wrote(end: Bytes): void {
    this.isDirty = true;
    this.reach(end);
  }

  private reach(end: Bytes): void {
    if (end > this.file.bytes) this.file.bytes = end;
  }
}
