/** Where a pool of one device has what is not allocated from it: labels with uberblocks, and the log. It knows no requests. Source: ZFS on-disk specification. */
import { KiB, MiB, type Bytes } from '../../../sim/units.js';
import { Content, Kind, NONE, Purpose, type Mode, type Plan } from '../../io/plan.js';

const labelBytes: Bytes = 256 * KiB;
/** Labels at the front; the two at the end of the device are left out, as the pool's file grows. */
const labels = 2;
const uberblockRing: Bytes = 128 * KiB;
const uberblockBytes: Bytes = KiB;
const uberblocks = (labelBytes - uberblockRing) / uberblockBytes;
/** Labels and boot block at the front of a device. */
const frontBytes: Bytes = 4 * MiB;
/** Blocks of the intent log are used in turn: a group on disk sets its own free. */
const logRingBytes: Bytes = MiB;
const logBlockBytes: Bytes = 4 * KiB;

export class PoolLayout {
  /** Transaction groups on disk. */
  groups = 0;
  /** Records written to the log. */
  logRecords = 0;
  private logAt: Bytes = 0;

  /** Where allocated space begins. */
  static readonly firstPlace: Bytes = frontBytes + logRingBytes;

  /** Where uberblocks lie. */
  static *uberblockPlaces(): Generator<Bytes> {
    for (let label = 0; label < labels; label++) {
      for (let slot = 0; slot < uberblocks; slot++) yield label * labelBytes + uberblockRing + slot * uberblockBytes;
    }
  }

  /** Where log record number `record` lies, from 1 on. */
  static logPlace(record: number): Bytes {
    return frontBytes + (((record - 1) * logBlockBytes) % logRingBytes);
  }

  static readonly uberblockBytes = uberblockBytes;
  static readonly logBlockBytes = logBlockBytes;
  /** Labels end here. */
  static readonly labelsEnd: Bytes = labels * labelBytes;

  /** Adds the writes that make a group the pool's state: flush, an uberblock in each label, flush. */
  writeUberblocks(plan: Plan, mode: Mode): void {
    this.groups += 1;
    const flushed = plan.add(Kind.FLUSH, mode, Purpose.METADATA, 0, 0, 0);
    let last = flushed;
    for (let label = 0; label < labels; label++) {
      const slot = this.groups % uberblocks;
      last = this.write(plan, mode, label * labelBytes + uberblockRing + slot * uberblockBytes, uberblockBytes, last);
    }
    plan.add(Kind.FLUSH, mode, Purpose.METADATA, 0, 0, 0, last);
  }

  readLabels(plan: Plan, mode: Mode): void {
    for (let label = 0; label < labels; label++) plan.add(Kind.READ, mode, Purpose.METADATA, 0, label * labelBytes, labelBytes);
  }

  /** Labels of a new pool. */
  writeLabels(plan: Plan, mode: Mode): void {
    for (let label = 0; label < labels; label++) this.write(plan, mode, label * labelBytes, labelBytes, NONE);
  }

  /** Adds a record to the intent log. */
  writeLog(plan: Plan, mode: Mode): void {
    this.logRecords += 1;
    this.write(plan, mode, frontBytes + this.logAt, logBlockBytes, NONE);
    this.logAt = (this.logAt + logBlockBytes) % logRingBytes;
  }

  private write(plan: Plan, mode: Mode, offset: Bytes, bytes: Bytes, after: number): number {
    const entry = plan.add(Kind.WRITE, mode, Purpose.METADATA, 0, offset, bytes, after);
    plan.holds(entry, 0, bytes, Content.METADATA, offset);
    return entry;
  }
}
