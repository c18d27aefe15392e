/**
 * `vpc`, the dynamic VHD, as QEMU 7.2 drives it. A new block is its bitmap, the footer behind it and its table entry, each flushed, then
 * the data. A bitmap is never read: it is written again, all set, whenever the block is another one than at the last write.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { FormatContext, ImageFormatModel, RequestId } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import { BlockLayerImage } from '../block-layer-image.js';
import { refuseBacking } from '../refuse-backing.js';
import { bitmapBytes, entryBytes, footerBytes, headerBytes, sizeOf72, tableStart, VpcLayout } from './layout.js';

const none = -1;

class VpcImage extends BlockLayerImage {
  private readonly layout: VpcLayout;
  /** The block whose bitmap was written last in this session. */
  private lastBitmap = none;

  constructor(context: FormatContext) {
    super(context, 'vpc', sizeOf72(context.diskBytes));
    this.layout = new VpcLayout(this.diskBytes);
    this.image.bytes = this.layout.footer + footerBytes;
  }

  protected placeOf(offset: Bytes): Bytes {
    return this.layout.table.placeOf(offset);
  }

  protected run(offset: Bytes, bytes: Bytes): Bytes {
    return this.layout.table.unitRun(offset, bytes);
  }

  protected find(_plan: Plan, offset: Bytes, bytes: Bytes): Bytes {
    return this.layout.table.unitRun(offset, bytes);
  }

  /** The driver holds one lock over each request. */
  protected mustBeAlone(): boolean {
    return true;
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { table } = this.layout;
    for (let at = offset; at < offset + bytes;) {
      const run = table.unitRun(at, offset + bytes - at);
      const block = table.unitAt(at);
      if (!table.has(block)) {
        this.allocate(plan, block);
      } else if (this.lastBitmap !== block) {
        this.lastBitmap = block;
        this.file.writeDurably(plan, this.layout.bitmapOf(block), bitmapBytes);
      }
      this.file.writeGuest(plan, table.placeOf(at), run, at);
      at += run;
    }
  }

  private allocate(plan: Plan, block: number): void {
    const { layout } = this;
    layout.table.append(block);
    this.file.writeDurably(plan, layout.bitmapOf(block), bitmapBytes);
    this.file.writeDurably(plan, layout.footer, footerBytes);
    this.file.writeDurably(plan, layout.entryOf(block), entryBytes);
  }

  protected create(_r: RequestId, plan: Plan): void {
    const { layout } = this;
    layout.table.clear();
    this.file.write(plan, 0, footerBytes);
    this.file.write(plan, layout.footer, footerBytes);
    for (let i = 0; i < layout.tableSectors; i++) this.file.write(plan, tableStart + i * sectorBytes, sectorBytes);
    this.file.write(plan, footerBytes, headerBytes);
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
