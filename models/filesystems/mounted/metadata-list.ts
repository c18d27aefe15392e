/** Blocks of metadata that one operation of a layout uses: those that must be read first, and those that it changes. It knows no time. */
import type { Block, MetadataUse } from '../file-layout.js';
import { DEVICE_INODE } from './inode-columns.js';
import { NO_PAGE, PageFlag, type PageColumns } from './page-columns.js';

const withRoom = (column: Int32Array, size: number): Int32Array => {
  if (size < column.length) return column;
  const wider = new Int32Array(size * 2);
  wider.set(column);
  return wider;
};

export class MetadataList implements MetadataUse {
  /** To be read, in order; those that are in memory are left out. */
  reads: Int32Array = new Int32Array(16);
  readCount = 0;
  changes: Int32Array = new Int32Array(16);
  changeCount = 0;
  forgets: Int32Array = new Int32Array(16);
  forgetCount = 0;
  /** The next one to read. */
  position = 0;

  constructor(private readonly pages: PageColumns) {}

  clear(): this {
    this.readCount = this.changeCount = this.forgetCount = this.position = 0;
    return this;
  }

  read(block: Block): void {
    const page = this.pages.find(DEVICE_INODE, block);
    if (page !== NO_PAGE && (this.pages.flags[page]! & PageFlag.VALID) !== 0) {
      this.pages.flags[page]! |= PageFlag.REFERENCED;
      return;
    }
    this.reads = withRoom(this.reads, this.readCount);
    this.reads[this.readCount++] = block;
  }

  change(block: Block): void {
    const last = this.changeCount - 1;
    if (last >= 0 && (this.changes[last] === block || (last >= 1 && this.changes[last - 1] === block))) return;
    this.changes = withRoom(this.changes, this.changeCount);
    this.changes[this.changeCount++] = block;
  }

  forget(block: Block): void {
    this.forgets = withRoom(this.forgets, this.forgetCount);
    this.forgets[this.forgetCount++] = block;
  }
}
