/**
 * Where header, bitmap and data of an image of the FVD paper lie: in two files or in one, the bitmap in one piece in front of the data or
 * split over block groups (section 3.3.6), each with the states of its own blocks in front of them. Pure arithmetic.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { FileRole } from '../../io/image-format.js';
import { Content, Kind, type Mode, Purpose, type Plan } from '../../io/plan.js';

export const headerBytes: Bytes = 4096;
/** Data in the same file as metadata begins at a multiple of this. */
const alignment: Bytes = 4096;

export interface LayoutSettings {
  readonly blockBytes: Bytes;
  readonly files: 'one' | 'two';
  /** Bytes of the disk in a block group, a multiple of the block; 0 for one bitmap of the whole disk. */
  readonly groupBytes: Bytes;
  readonly bitsPerBlock: number;
}

export class PaperLayout {
  /** FileId of the data; the metadata is in file 0. */
  readonly dataFile: number;
  /** Sizes of the files. */
  readonly metadataBytes: Bytes;
  readonly dataFileBytes: Bytes;
  private readonly groupBytes: Bytes;
  private readonly bitmapBytes: Bytes;
  private readonly bitmapFile: number;
  private readonly firstBitmap: Bytes;
  private readonly firstData: Bytes;
  private readonly blocksPerSector: number;

  /** @param blocks how many have states */
  constructor(
    private readonly settings: LayoutSettings,
    diskBytes: Bytes,
    private readonly blocks: number,
  ) {
    const { blockBytes, files, groupBytes, bitsPerBlock } = settings;
    this.dataFile = files === 'one' ? 0 : 1;
    this.blocksPerSector = (sectorBytes * 8) / bitsPerBlock;
    this.groupBytes = groupBytes === 0 ? Infinity : groupBytes;
    const blocksOfBitmap = Math.min(blocks, this.groupBytes / blockBytes);
    this.bitmapBytes = Math.ceil(blocksOfBitmap / this.blocksPerSector) * sectorBytes;
    const { isGrouped } = this;
    this.bitmapFile = isGrouped ? this.dataFile : 0;
    this.metadataBytes = headerBytes + (isGrouped ? 0 : this.bitmapBytes);
    const dataStart = files === 'one' ? Math.ceil(this.metadataBytes / alignment) * alignment : 0;
    this.firstBitmap = isGrouped ? dataStart : headerBytes;
    this.firstData = isGrouped ? dataStart + this.bitmapBytes : dataStart;
    this.dataFileBytes = this.placeOf(diskBytes - sectorBytes) + sectorBytes;
  }

  get isGrouped(): boolean {
    return this.groupBytes !== Infinity;
  }

  get roles(): readonly FileRole[] {
    return this.settings.files === 'one' ? ['image'] : ['metadata', 'data'];
  }

  /** Where the byte at `offset` of the disk lies in the data file. */
  placeOf(offset: Bytes): Bytes {
    return this.firstData + offset + this.groupOf(offset) * this.bitmapBytes;
  }

  /** How far from `offset` on, at most `bytes`, data lies in one piece. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    return this.isGrouped ? Math.min(bytes, this.groupBytes - (offset % this.groupBytes)) : bytes;
  }

  /** Appends reads or writes of the sectors with the states of blocks `first` to `last`, one a bitmap. */
  addStates(plan: Plan, kind: Kind, mode: Mode, first: number, last: number): void {
    const { blockBytes } = this.settings;
    const blocksPerGroup = this.groupBytes / blockBytes;
    for (let block = first; block <= last;) {
      const group = this.groupOf(block * blockBytes);
      const firstOfGroup = this.firstInGroup(block);
      const end = Math.min(last, firstOfGroup + blocksPerGroup - 1);
      const sector = Math.floor((block - firstOfGroup) / this.blocksPerSector);
      const sectors = Math.floor((end - firstOfGroup) / this.blocksPerSector) - sector + 1;
      const start = this.firstBitmap + (group === 0 ? 0 : group * (this.groupBytes + this.bitmapBytes)) + sector * sectorBytes;
      const entry = plan.add(kind, mode, Purpose.METADATA, this.bitmapFile, start, sectors * sectorBytes);
      if (kind === Kind.WRITE) plan.holds(entry, 0, sectors * sectorBytes, Content.METADATA, start, this.bitmapFile);
      block = end + 1;
    }
  }

  /** The first of the blocks whose states lie in the same sector as those of `block`. */
  firstInSector(block: number): number {
    const first = this.firstInGroup(block);
    return first + Math.floor((block - first) / this.blocksPerSector) * this.blocksPerSector;
  }

  /** The last of these blocks. */
  lastInSector(block: number): number {
    const lastOfGroup = this.firstInGroup(block) + this.groupBytes / this.settings.blockBytes - 1;
    return Math.min(this.firstInSector(block) + this.blocksPerSector - 1, lastOfGroup);
  }

  /** Appends reads or writes of all states. */
  addAllStates(plan: Plan, kind: Kind, mode: Mode): void {
    if (this.blocks > 0) this.addStates(plan, kind, mode, 0, this.blocks - 1);
  }

  private firstInGroup(block: number): number {
    const { blockBytes } = this.settings;
    const group = this.groupOf(block * blockBytes);
    return group === 0 ? 0 : group * (this.groupBytes / blockBytes);
  }

  private groupOf(offset: Bytes): number {
    return this.isGrouped ? Math.floor(offset / this.groupBytes) : 0;
  }
}
