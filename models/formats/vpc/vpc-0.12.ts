/**
 * `vpc`, the dynamic VHD, as QEMU 0.12 drives it: sector by sector, in the main loop. A new block is its bitmap, the footer behind it and
 * its table entry, then the sector; the next sector finds that the bitmap was not the last one written, and writes it again.
 * It has no flush of its own.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { FormatContext, ImageFormatModel } from '../../io/image-format.js';
import type { AllocationTable } from '../allocation-table.js';
import type { Plan } from '../../io/plan.js';
import { refuseBacking } from '../refuse-backing.js';
import { SynchronousImage } from '../synchronous-image.js';
import { bitmapBytes, entryBytes, footerBytes, sizeOf012, tableStart, VpcLayout } from './layout.js';

const none = -1;
/** Of the header, the driver reads the first half. */
const headerReadBytes: Bytes = 512;

class VpcImage extends SynchronousImage {
  protected readonly places: AllocationTable;
  private readonly layout: VpcLayout;
  /** The block whose bitmap was written last in this session. */
  private lastBitmap = none;

  constructor(context: FormatContext) {
    super(context, 'vpc', sizeOf012(context.diskBytes));
    this.layout = new VpcLayout(this.diskBytes);
    this.places = this.layout.table;
    this.image.bytes = this.layout.footer + footerBytes;
  }

  protected find(): Bytes {
    return sectorBytes;
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { layout } = this;
    for (let at = offset; at < offset + bytes; at += sectorBytes) {
      const block = this.places.unitAt(at);
      if (!this.places.has(block)) {
        this.places.append(block);
        this.file.write(plan, layout.bitmapOf(block), bitmapBytes);
        this.file.write(plan, layout.footer, footerBytes);
        this.file.write(plan, layout.entryOf(block), entryBytes);
      } else if (this.lastBitmap !== block) {
        this.lastBitmap = block;
        this.file.write(plan, layout.bitmapOf(block), bitmapBytes);
      }
      this.writeGuest(plan, this.places.placeOf(at), sectorBytes, at);
    }
  }

  protected planFlush(): void {}

  protected create(plan: Plan): void {
    this.places.clear();
    for (const [offset, bytes] of this.layout.newParts()) this.file.writePlainly(plan, offset, bytes);
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
