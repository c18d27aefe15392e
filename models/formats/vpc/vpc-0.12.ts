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
import { BlockMetadata } from './block-metadata.js';
import { sizeOf012 } from './layout.js';

/** Of the header, the driver reads the first half. */
const headerReadBytes: Bytes = 512;

class VpcImage extends SynchronousImage {
  protected readonly places: AllocationTable;
  private readonly metadata: BlockMetadata;

  constructor(context: FormatContext) {
    super(context, 'vpc', sizeOf012(context.diskBytes));
    this.metadata = new BlockMetadata(this.diskBytes, this.image, this.file, (plan, offset, bytes) => this.file.write(plan, offset, bytes));
    this.places = this.metadata.layout.table;
  }

  protected find(): Bytes {
    return sectorBytes;
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes; at += sectorBytes) {
      this.metadata.beforeData(plan, this.places.unitAt(at));
      this.writeGuest(plan, this.places.placeOf(at), sectorBytes, at);
    }
  }

  protected planFlush(): void {}

  protected create(plan: Plan): void {
    this.places.clear();
    for (const [offset, bytes] of this.metadata.layout.newParts()) this.file.writePlainly(plan, offset, bytes);
  }

  protected open(plan: Plan): void {
    this.metadata.open(plan, headerReadBytes);
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
