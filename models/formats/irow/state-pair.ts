/** The two files of one state of an iROW disk: the bitmap, with the machine's state behind it, and the data, place for place as on the disk. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import type { ImageFile } from '../../io/image-format.js';
import { Mode, Purpose, type Kind, type Plan } from '../../io/plan.js';
import { BlockBitmap } from '../block-bitmap.js';
import { SynchronousFile } from '../synchronous-file.js';

const bitsPerSector = sectorBytes * 8;

export class StatePair {
  /** A bit a cluster: set where the cluster's content is in this pair. */
  readonly present: BlockBitmap;
  readonly bitmap: SynchronousFile;
  readonly data: SynchronousFile;
  /** Clusters that the data file holds, those of an earlier use of the pair too. */
  private readonly written: BlockBitmap;
  private writtenClusters = 0;
  /** Whether this process has read the bitmap. */
  isOpen = false;

  /**
   * @param number counts the pairs of an image, from 0
   * @param files gets the two files
   */
  constructor(number: number, files: ImageFile[], clusterBytes: Bytes, diskBytes: Bytes) {
    this.present = new BlockBitmap(clusterBytes, diskBytes);
    this.written = new BlockBitmap(clusterBytes, diskBytes);
    const fileOf = (role: 'metadata' | 'data', ending: string): SynchronousFile => {
      const file: ImageFile = { role, name: `s${number}.${ending}`, bytes: 0 };
      return new SynchronousFile(files.push(file) - 1, file);
    };
    this.bitmap = fileOf('metadata', 'btmp');
    this.data = fileOf('data', 'irvd');
  }

  get bitmapBytes(): Bytes {
    return this.present.bytes;
  }

  /** The bitmap in whole sectors. */
  get bitmapSectorBytes(): Bytes {
    return Math.ceil(this.bitmapBytes / sectorBytes) * sectorBytes;
  }

  /** Host bytes of a sparse data file. */
  get writtenBytes(): Bytes {
    return this.writtenClusters * this.present.blockBytes;
  }

  /** Marks clusters as present. Answers whether one was not. */
  markPresent(first: number, clusters: number): boolean {
    const { present, written } = this;
    let isChanged = false;
    for (let cluster = first; cluster < first + clusters; cluster++) {
      if (present.has(cluster)) continue;
      isChanged = true;
      present.set(cluster);
      if (written.has(cluster)) continue;
      written.set(cluster);
      this.writtenClusters += 1;
    }
    return isChanged;
  }

  readBitmap(plan: Plan): void {
    this.bitmap.read(plan, 0, this.bitmapBytes);
    this.isOpen = true;
  }

  /** The published driver writes all of it, whatever has changed, and cuts off what stands behind. */
  rewriteBitmap(plan: Plan): void {
    this.bitmap.write(plan, 0, this.bitmapBytes);
    this.bitmap.truncate(plan, this.bitmapBytes);
  }

  /** Writes the sectors of the bitmap that hold the bits of some clusters. */
  writeBits(plan: Plan, first: number, clusters: number): void {
    const start = Math.floor(first / bitsPerSector) * sectorBytes;
    const end = Math.ceil((first + clusters) / bitsPerSector) * sectorBytes;
    this.bitmap.writeSectors(plan, start, end - start, Purpose.METADATA);
    this.bitmap.flushAfterWrite(plan);
  }

  /** Two new files with nothing in them but their size, in whole sectors. */
  createSparse(plan: Plan, diskBytes: Bytes): void {
    this.bitmap.truncate(plan, this.bitmapSectorBytes);
    this.data.truncate(plan, diskBytes);
    this.isOpen = true;
  }

  /** Takes the two files away: they stand empty until a new state takes their place. */
  remove(plan: Plan): void {
    this.present.clear();
    this.written.clear();
    this.writtenClusters = 0;
    this.bitmap.truncate(plan, 0);
    this.data.truncate(plan, 0);
  }

  /** A new data file: preallocated where the host can, then as long as the disk. */
  createData(plan: Plan, kind: Kind.ALLOCATE | Kind.REFUSED_ALLOCATE, diskBytes: Bytes): void {
    plan.add(kind, Mode.BLOCKING, Purpose.METADATA, this.data.id, 0, diskBytes);
    this.data.truncate(plan, diskBytes);
  }
}
