/**
 * `vpc`, the dynamic VHD, as QEMU 0.12 drives it: sector by sector, in the main loop. A new block is its bitmap, the footer behind it and
 * its table entry, then the sector; the next sector finds that the bitmap was not the last one written, and writes it again.
 * It has no flush of its own.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { FormatContext, ImageFormatModel } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import { refuseBacking } from '../refuse-backing.js';
import { SynchronousImage } from '../synchronous-image.js';
import { bitmapBytes, entryBytes, footerBytes, headerBytes, sizeOf012, tableStart, VpcLayout } from './layout.js';

const none = -1;
/** Of the header, the driver reads the first half. */
const headerReadBytes: Bytes = 512;

class VpcImage extends SynchronousImage {
  private readonly layout: VpcLayout;
  /** The block whose bitmap was written last in this session. */
  private lastBitmap = none;

  constructor(context: FormatContext) {
    super(context, 'vpc', sizeOf012(context.diskBytes));
    this.layout = new VpcLayout(this.diskBytes);
    this.image.bytes = this.layout.footer + footerBytes;
  }

  protected placeOf(offset: Bytes): Bytes {
    return this.layout.table.placeOf(offset);
  }

  protected run(offset: Bytes, bytes: Bytes): Bytes {
    return this.layout.table.unitRun(offset, bytes);
  }

  protected find(): Bytes {
    return sectorBytes;
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { layout } = this;
    for (let at = offset; at < offset + bytes; at += sectorBytes) {
      const block = layout.table.unitAt(at);
      if (!layout.table.has(block)) {
        layout.table.append(block);
        this.file.write(plan, layout.bitmapOf(block), bitmapBytes);
        this.file.write(plan, layout.footer, footerBytes);
        this.file.write(plan, layout.entryOf(block), entryBytes);
      } else if (this.lastBitmap !== block) {
        this.lastBitmap = block;
        this.file.write(plan, layout.bitmapOf(block), bitmapBytes);
      }
      this.writeGuest(plan, layout.table.placeOf(at), sectorBytes, at);
    }
  }

  protected planFlush(): void {}

  protected create(plan: Plan): void {
    const { layout } = this;
    layout.table.clear();
    this.file.writePlainly(plan, 0, footerBytes);
    this.file.writePlainly(plan, layout.footer, footerBytes);
    for (let i = 0; i < layout.tableSectors; i++) this.file.writePlainly(plan, tableStart + i * sectorBytes, sectorBytes);
    this.file.writePlainly(plan, footerBytes, headerBytes);
  }

  protected open(plan: Plan): void {
    this.lastBitmap = none;
    this.file.read(plan, 0, footerBytes);
    this.file.read(plan, footerBytes, headerReadBytes);
    this.file.read(plan, tableStart, this.layout.entries * entryBytes);
  }
}

export const vpcOf012: ImageFormatModel = {
  about: 'vpc (dynamic VHD) as of QEMU 0.12: blocks of 2 MiB, every I/O one blocking sector',
  source: 'QEMU 0.12.5, block/vpc.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: false,
  options: {},
  make(context) {
    refuseBacking(context, 'vpc');
    return new VpcImage(context);
  },
};
