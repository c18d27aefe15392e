/**
 * QEMU's `cow` as of 0.12: a bit for each sector, in a map of the file in the host's page cache, and data where it lies on the disk. A
 * write is the data, in the main loop; its bits are set in memory and reach the file when the host flushes it: acknowledged data whose
 * bits are lost is lost. Reading the map costs nothing here: the host has it in memory.
 */
import { sectorBytes, type Bytes } from '../../sim/units.js';
import type { FormatContext, ImageFormatModel } from '../io/image-format.js';
import { Content, Kind, Mode, NONE, Purpose, type Plan } from '../io/plan.js';
import { BlockBitmap } from './block-bitmap.js';
import { SynchronousImage } from './synchronous-image.js';

/** Magic, version, 1,024 bytes for the backing file's name, its time, the disk's size, the sector size, back to back: an assumption, as no recording shows it. */
const headerBytes: Bytes = 1048;
/** The host writes its memory back in pages. */
const pageBytes: Bytes = 4096;
/** How much of the disk one byte of the bitmap covers. */
const bytesPerMapByte: Bytes = 8 * sectorBytes;

class CowImage extends SynchronousImage {
  protected readonly places = {
    placeOf: (offset: Bytes): Bytes => (this.bitmap.has(this.bitmap.blockAt(offset)) ? this.dataStart + offset : -1),
    run: (offset: Bytes, bytes: Bytes): Bytes => this.bitmap.run(offset, bytes),
  };
  private readonly bitmap: BlockBitmap;
  private readonly dataStart: Bytes;
  /** Pages of the file's map that the host has not written back. */
  private readonly dirtyPages: Uint8Array;
  /** They lie from the first to the last of these. */
  private firstDirty = Infinity;
  private lastDirty = -1;
  private pagesWritten = 0;

  constructor(context: FormatContext) {
    super(context, 'cow');
    this.bitmap = new BlockBitmap(sectorBytes, context.diskBytes);
    this.dataStart = Math.ceil((headerBytes + this.bitmap.bytes) / sectorBytes) * sectorBytes;
    this.dirtyPages = new Uint8Array(Math.ceil(this.dataStart / pageBytes));
    this.image.bytes = headerBytes + this.bitmap.bytes;
  }

  override counters(): Readonly<Record<string, number>> {
    return { 'bitmap pages written': this.pagesWritten };
  }

  protected find(_plan: Plan, offset: Bytes, bytes: Bytes): Bytes {
    return this.bitmap.run(offset, bytes);
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.writeGuest(plan, this.dataStart + offset, bytes, offset);
    this.bitmap.setRange(offset, bytes);
    const firstPage = this.pageOf(offset);
    const lastPage = this.pageOf(offset + bytes - sectorBytes);
    this.dirtyPages.fill(1, firstPage, lastPage + 1);
    this.firstDirty = Math.min(this.firstDirty, firstPage);
    this.lastDirty = Math.max(this.lastDirty, lastPage);
  }

  /** An fdatasync: the host writes the dirty pages of the map as well. */
  protected planFlush(plan: Plan): void {
    let last = NONE;
    for (let page = this.firstDirty; page <= this.lastDirty; page++) {
      if (this.dirtyPages[page] === 0) continue;
      this.dirtyPages[page] = 0;
      this.pagesWritten += 1;
      const place = page * pageBytes;
      const bytes = Math.min(pageBytes, this.dataStart - place);
      last = plan.add(Kind.WRITE, Mode.ASYNC, Purpose.METADATA, 0, place, bytes, last);
      plan.holds(last, 0, bytes, Content.METADATA, place);
      this.file.extendTo(place + bytes);
    }
    this.forgetDirty();
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0, last);
  }

  private forgetDirty(): void {
    this.firstDirty = Infinity;
    this.lastDirty = -1;
  }

  protected create(plan: Plan): void {
    this.bitmap.clear();
    this.dirtyPages.fill(0);
    this.forgetDirty();
    this.file.writePlainly(plan, 0, headerBytes);
    this.file.truncate(plan, headerBytes + this.bitmap.bytes);
  }

  protected open(plan: Plan): void {
    this.file.read(plan, 0, headerBytes);
  }

  private pageOf(guestOffset: Bytes): number {
    return Math.floor((headerBytes + Math.floor(guestOffset / bytesPerMapByte)) / pageBytes);
  }
}

export const cow: ImageFormatModel = {
  about: 'cow as of QEMU 0.12: a bit a sector, set in memory only; data blocking and in place',
  source: 'QEMU 0.12, block/cow.c by its description; not recorded',
  hasSnapshots: false,
  hasBacking: true,
  options: {},
  make(context) {
    return new CowImage(context);
  },
};
