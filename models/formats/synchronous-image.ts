/**
 * What the growing images of QEMU 0.12's synchronous drivers share: the main loop carries every I/O of a request out and waits for it, so
 * requests never meet. It knows no format.
 */
import { Op, type FormatContext, type RequestId } from '../io/image-format.js';
import { Mode, Purpose, type Plan } from '../io/plan.js';
import type { Bytes } from '../../sim/units.js';
import { holdsBacking } from './backing.js';
import { GrowingImage } from './growing-image.js';
import { SynchronousFile } from './synchronous-file.js';

const ownFiles = 1;

export abstract class SynchronousImage extends GrowingImage {
  protected readonly file: SynchronousFile;

  constructor(context: FormatContext, formatName: string, diskBytes?: Bytes) {
    super(context, formatName, diskBytes);
    this.file = new SynchronousFile(0, this.image);
  }

  /** Adds what must be read to know where `offset` lies; answers how far from there, at most `bytes`, the driver goes in one piece. */
  protected abstract find(plan: Plan, offset: Bytes, bytes: Bytes): Bytes;
  protected abstract writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void;
  protected abstract create(plan: Plan): void;
  /** Reads the image's metadata. */
  protected abstract open(plan: Plan): void;

  protected mustBeAlone(): boolean {
    return false;
  }

  protected planRead(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const run = this.find(plan, at, offset + bytes - at);
      const place = this.places.placeOf(at);
      if (place === -1) this.readBelow(plan, at, run, Purpose.DATA);
      else plan.mode[this.file.readGuest(plan, place, run, at)] = Mode.BLOCKING;
      at += run;
    }
  }

  protected planWrite(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.writePieces(plan, offset, bytes);
  }

  protected writeGuest(plan: Plan, place: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    plan.mode[this.file.writeGuest(plan, place, bytes, guestOffset)] = Mode.BLOCKING;
  }

  /** Reads a range from below and writes it to the image, zeros where there is nothing. */
  protected copyFromBelow(plan: Plan, place: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    this.readBelow(plan, guestOffset, bytes, Purpose.COPY);
    const entry = plan.size;
    this.file.writeSectors(plan, place, bytes, Purpose.COPY);
    for (let i = entry; i < plan.size; i++) {
      holdsBacking(plan, i, 0, plan.bytes[i]!, this.backing, ownFiles, guestOffset + plan.offset[i]! - place);
    }
  }

  protected controlFile(r: RequestId, op: Op, plan: Plan): void {
    if (op === Op.CREATE) {
      this.image.bytes = 0;
      this.create(plan);
    }
    if (op !== Op.OPEN && op !== Op.OPEN_BELOW && op !== Op.OPEN_KNOWN) return;
    this.file.open(this.cache);
    if (op !== Op.OPEN_KNOWN) this.file.probe(plan);
    this.open(plan);
    this.openBacking(r, Op.OPEN_BELOW, plan);
  }
}
