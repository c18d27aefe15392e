/**
 * `vpc`, the dynamic VHD, as QEMU 7.2 drives it. A new block is its bitmap, the footer behind it and its table entry, each flushed, then
 * the data. A bitmap is never read: it is written again, all set, whenever the block is another one than at the last write.
 */
import type { Bytes } from '../../../sim/units.js';
import type { FormatContext, ImageFormatModel, RequestId } from '../../io/image-format.js';
import type { AllocationTable } from '../allocation-table.js';
import type { Plan } from '../../io/plan.js';
import { BlockLayerImage } from '../block-layer-image.js';
import { refuseBacking } from '../refuse-backing.js';
import { bitmapBytes, entryBytes, footerBytes, headerBytes, sizeOf72, tableStart, VpcLayout } from './layout.js';

const none = -1;

class VpcImage extends BlockLayerImage {
  protected readonly places: AllocationTable;
  private readonly layout: VpcLayout;
  /** The block whose bitmap was written last in this session. */
  private lastBitmap = none;

  constructor(context: FormatContext) {
    super(context, 'vpc', sizeOf72(context.diskBytes));
    this.layout = new VpcLayout(this.diskBytes);
    this.places = this.layout.table;
    this.image.bytes = this.layout.footer + footerBytes;
  }

  protected find(_plan: Plan, offset: Bytes, bytes: Bytes): Bytes {
    return this.places.unitRun(offset, bytes);
  }

  /** The driver holds one lock over each request. */
  protected mustBeAlone(): boolean {
    return true;
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const run = this.places.unitRun(at, offset + bytes - at);
      const block = this.places.unitAt(at);
      if (!this.places.has(block)) {
        this.allocate(plan, block);
      } else if (this.lastBitmap !== block) {
        this.lastBitmap = block;
        this.file.writeDurably(plan, this.layout.bitmapOf(block), bitmapBytes);
      }
      this.file.writeGuest(plan, this.places.placeOf(at), run, at);
      at += run;
    }
  }

  private allocate(plan: Plan, block: number): void {
    const { layout } = this;
    this.places.append(block);
    this.file.writeDurably(plan, layout.bitmapOf(block), bitmapBytes);
    this.file.writeDurably(plan, layout.footer, footerBytes);
    this.file.writeDurably(plan, layout.entryOf(block), entryBytes);
  }

  protected create(_r: RequestId, plan: Plan): void {
    this.places.clear();
    for (const [offset, bytes] of this.layout.newParts()) this.file.write(plan, offset, bytes);
  }

  protected open(_r: RequestId, plan: Plan): void {
    this.lastBitmap = none;
    this.file.read(plan, 0, footerBytes);
    this.file.read(plan, footerBytes, headerBytes);
    this.file.read(plan, tableStart, this.layout.entries * entryBytes);
  }
}

export const vpcOf72: ImageFormatModel = {
  about: 'vpc (dynamic VHD) as of QEMU 7.2: blocks of 2 MiB, metadata flushed write by write',
  source: 'QEMU 7.2, block/vpc.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: false,
  options: {},
  make(context) {
    refuseBacking(context, 'vpc');
    return new VpcImage(context);
  },
};
