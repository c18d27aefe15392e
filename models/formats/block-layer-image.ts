/**
 * What the growing images of QEMU 7.2's drivers share: requests run as coroutines, so each I/O waits for the one before and the machine
 * for none; write-through is a flush after every write. It knows no format.
 */
import { Op, type FormatContext, type RequestId } from '../io/image-format.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../io/plan.js';
import type { Bytes } from '../../sim/units.js';
import { BlockLayerFile } from './block-layer-file.js';
import { holdsBacking } from './backing.js';
import { GrowingImage } from './growing-image.js';

const ownFiles = 1;
/** What the hypervisor reads of a file whose format it was not told. */
const formatProbeBytes: Bytes = 512;

export abstract class BlockLayerImage extends GrowingImage {
  protected readonly file: BlockLayerFile;

  constructor(context: FormatContext, formatName: string, diskBytes?: Bytes) {
    super(context, formatName, diskBytes);
    this.file = new BlockLayerFile(this.image);
  }

  /** Adds what must be read to know where `offset` lies; answers how far from there, at most `bytes`, the driver goes in one piece. */
  protected abstract find(plan: Plan, offset: Bytes, bytes: Bytes): Bytes;
  protected abstract writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void;
  protected abstract create(r: RequestId, plan: Plan): void;
  /** Reads the image's metadata. */
  protected abstract open(r: RequestId, plan: Plan): void;

  protected planRead(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.file.beginChain();
    for (let at = offset; at < offset + bytes;) {
      const run = this.find(plan, at, offset + bytes - at);
      const place = this.places.placeOf(at);
      if (place === -1 && this.zeros?.has(at) !== true) this.readBelow(plan, at, run, Purpose.DATA);
      if (place !== -1) this.file.readGuest(plan, place, run, at);
      at += run;
    }
  }

  protected planWrite(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.file.beginChain();
    this.writePieces(plan, offset, bytes);
    if (this.flushesEachWrite) this.flushAll(plan);
  }

  protected planFlush(plan: Plan): void {
    this.file.beginChain();
    this.flushAll(plan);
  }

  protected get flushesEachWrite(): boolean {
    return this.cache === 'writethrough';
  }

  /** Has everything durable that was written. */
  protected flushAll(plan: Plan): void {
    this.file.flush(plan);
  }

  protected close(plan: Plan): void {
    this.flushAll(plan);
  }

  protected controlFile(r: RequestId, op: Op, plan: Plan): void {
    this.file.beginChain();
    switch (op) {
      case Op.CREATE:
        this.file.open('writeback');
        this.openBackingCached(r, Op.OPEN_KNOWN, plan);
        this.file.truncate(plan, 0);
        this.file.truncate(plan, 0);
        this.create(r, plan);
        this.file.flush(plan);
        break;
      case Op.OPEN:
      case Op.OPEN_BELOW:
      case Op.OPEN_KNOWN:
        this.file.open(this.cache);
        this.file.probeAlignment(plan);
        if (op === Op.OPEN_BELOW) this.file.read(plan, 0, formatProbeBytes);
        this.open(r, plan);
        break;
      case Op.CLOSE:
        this.close(plan);
        break;
      default:
        break;
    }
  }

  /** Reads from the backing image as the next I/O of this request. */
  protected override readBelow(plan: Plan, offset: Bytes, bytes: Bytes, purpose: Purpose): void {
    const first = plan.size;
    super.readBelow(plan, offset, bytes, purpose);
    this.chain(plan, first);
  }

  /** Reads metadata of the backing image's file as the next I/O of this request. */
  protected readMetadataBelow(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.file.follow(plan.add(Kind.READ, Mode.ASYNC, Purpose.METADATA, ownFiles, offset, bytes, this.file.tail));
  }

  /** Opens the backing image as tools do that only look at it: through the host's cache. */
  protected openBackingCached(r: RequestId, op: Op, plan: Plan): void {
    const { backing } = this;
    if (backing === null) return;
    const mode = backing.cache;
    backing.cache = 'writeback';
    this.openBacking(r, op, plan);
    backing.cache = mode;
  }

  /** Fills a part of a new unit that the request does not write: from below, and zeros where there is nothing. */
  protected fillFromBelow(plan: Plan, place: Bytes, bytes: Bytes, guestOffset: Bytes): void {
    if (bytes === 0) return;
    const isZeros = this.zeros?.has(guestOffset) === true;
    if (!isZeros) this.readBelow(plan, guestOffset, bytes, Purpose.COPY);
    const entry = this.file.writeData(plan, Purpose.COPY, place, bytes);
    if (isZeros) plan.holds(entry, 0, bytes, Content.ZEROS, 0);
    else holdsBacking(plan, entry, 0, bytes, this.backing, ownFiles, guestOffset);
  }

  private chain(plan: Plan, first: number): void {
    for (let i = first; i < plan.size; i++) {
      plan.mode[i] = Mode.ASYNC;
      plan.after[i] = this.file.tail;
      this.file.follow(i);
    }
  }
}
