/**
 * What a driver reads and writes of a dynamic VHD's own: footer, header and table at an open; for a new block its bitmap, the footer behind
 * it and its table entry; for an old block its bitmap, all set, unless that was the last one written so. It knows no release.
 */
import type { Bytes } from '../../../sim/units.js';
import type { ImageFile } from '../../io/image-format.js';
import type { Plan } from '../../io/plan.js';
import { bitmapBytes, entryBytes, footerBytes, tableStart, VpcLayout } from './layout.js';

/** Adds I/O of metadata. */
type MetadataIo = (plan: Plan, offset: Bytes, bytes: Bytes) => void;

const none = -1;

export class BlockMetadata {
  readonly layout: VpcLayout;
  /** The old block whose bitmap was written last in this session. */
  private lastBitmap = none;

  /**
   * @param image which holds no block yet
   * @param write as the release writes metadata of an image in use
   */
  constructor(
    diskBytes: Bytes,
    image: ImageFile,
    private readonly file: { readonly read: MetadataIo },
    private readonly write: MetadataIo,
  ) {
    this.layout = new VpcLayout(diskBytes);
    image.bytes = this.layout.footer + footerBytes;
  }

  /** Adds what comes before data is written to a block; a new one has its place then. */
  beforeData(plan: Plan, block: number): void {
    const { layout } = this;
    if (!layout.table.has(block)) {
      layout.table.append(block);
      this.write(plan, layout.bitmapOf(block), bitmapBytes);
      this.write(plan, layout.footer, footerBytes);
      this.write(plan, layout.entryOf(block), entryBytes);
    } else if (this.lastBitmap !== block) {
      this.lastBitmap = block;
      this.write(plan, layout.bitmapOf(block), bitmapBytes);
    }
  }

  /** @param headerReadBytes how much of the header the release reads */
  open(plan: Plan, headerReadBytes: Bytes): void {
    this.lastBitmap = none;
    this.file.read(plan, 0, footerBytes);
    this.file.read(plan, footerBytes, headerReadBytes);
    this.file.read(plan, tableStart, this.layout.entries * entryBytes);
  }
}
