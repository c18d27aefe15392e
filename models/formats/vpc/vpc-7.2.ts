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
import { BlockMetadata } from './block-metadata.js';
import { headerBytes, sizeOf72 } from './layout.js';

class VpcImage extends BlockLayerImage {
  protected readonly places: AllocationTable;
  private readonly metadata: BlockMetadata;

  constructor(context: FormatContext) {
    super(context, 'vpc', sizeOf72(context.diskBytes));
    this.metadata = new BlockMetadata(this.diskBytes, this.image, this.file, (plan, offset, bytes) =>
      this.file.writeDurably(plan, offset, bytes),
    );
    this.places = this.metadata.layout.table;
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
      this.metadata.beforeData(plan, this.places.unitAt(at));
      this.file.writeGuest(plan, this.places.placeOf(at), run, at);
      at += run;
    }
  }

  protected create(_r: RequestId, plan: Plan): void {
    this.places.clear();
    for (const [offset, bytes] of this.metadata.layout.newParts()) this.file.write(plan, offset, bytes);
  }

  protected open(_r: RequestId, plan: Plan): void {
    this.metadata.open(plan, headerBytes);
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
