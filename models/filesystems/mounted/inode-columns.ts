/**
 * Inodes in memory: what is kept of a file while it has pages, changes or users. Rows of numbers, found by the file's number. It knows no time but what it is told.
 * Row 0 is the device itself, whose pages are the blocks of metadata.
 */
import type { FileNumber } from '../file-layout.js';
import { Int32Column } from '../state/column.js';
import { NO_PAGE } from './page-columns.js';

export const DEVICE_INODE = 0;
export const NO_INODE = -1;

/** Columns of a row. */
export const enum Inode {
  FILE = 0,
  FIRST_PAGE = 1,
  PAGES = 2,
  /** Dirty pages: in the order of the file up to SORTED_END, behind that as they came. */
  FIRST_DIRTY = 3,
  SORTED_END = 4,
  LAST_DIRTY = 5,
  DIRTY = 6,
  /** Pages on their way to the device. */
  IN_FLIGHT = 7,
  /** In which queue of dirty inodes (Queue), and its neighbours there. */
  QUEUE = 8,
  QUEUE_NEXT = 9,
  QUEUE_PREVIOUS = 10,
  /** Where the flusher goes on. */
  WRITE_FROM = 11,
  /** The last window of read-ahead, and the page read last. */
  AHEAD_START = 12,
  AHEAD_SIZE = 13,
  LAST_READ = 14,
  /** The last transaction that changed its metadata; that changed what is needed to read its data; whose commit takes its data along. */
  CHANGED_IN = 15,
  NEEDED_IN = 16,
  ORDERED_IN = 17,
  /** When its time stamps were set last, in the steps of the settings. */
  TOUCHED = 18,
  /** Requests at work on it, and whether one of them excludes writers. */
  USERS = 19,
  LOCKED = 20,
}
const width = 21;

export class InodeColumns {
  /** When the oldest change was made that is not written back. */
  dirtiedAt = new Float64Array(64);
  private rows = new Int32Array(64 * width);
  private readonly rowOf = new Int32Column();
  private top = 0;
  private free: number[] = [];

  constructor() {
    this.make(0);
  }

  get(inode: number, column: Inode): number {
    return this.rows[inode * width + column]!;
  }

  set(inode: number, column: Inode, value: number): void {
    this.rows[inode * width + column] = value;
  }

  add(inode: number, column: Inode, by: number): number {
    return (this.rows[inode * width + column]! += by);
  }

  /** The row of a file; NO_INODE where it has none. Rows of files count from 1, so 0 stands for none. */
  find(file: FileNumber): number {
    return this.rowOf.get(file) - 1;
  }

  /** The same, made if there is none. */
  use(file: FileNumber): number {
    const found = this.find(file);
    if (found !== NO_INODE) return found;
    const inode = this.make(file);
    this.rowOf.set(file, inode + 1);
    return inode;
  }

  /** Forgets a file's row if nothing in it is of use any more; `committed` is the last transaction that is durable. */
  drop(inode: number, committed: number): void {
    const at = inode * width;
    const { rows } = this;
    const isUsed = rows[at + Inode.PAGES] !== 0 || rows[at + Inode.IN_FLIGHT] !== 0 || rows[at + Inode.USERS] !== 0;
    if (inode === DEVICE_INODE || isUsed || rows[at + Inode.CHANGED_IN]! > committed || rows[at + Inode.QUEUE] !== 0) return;
    this.rowOf.set(rows[at + Inode.FILE]!, 0);
    this.free.push(inode);
  }

  /** The file is gone: how it was read and written says nothing of the next of its number. */
  forgetUse(inode: number): void {
    const at = inode * width;
    this.rows.fill(0, at + Inode.WRITE_FROM, at + Inode.LAST_READ);
    this.rows[at + Inode.LAST_READ] = -1;
  }

  private make(file: FileNumber): number {
    const inode = this.free.pop() ?? this.top++;
    if (inode === this.dirtiedAt.length) this.grow();
    const { rows } = this;
    const at = inode * width;
    rows.fill(0, at, at + width);
    rows[at + Inode.FILE] = file;
    rows[at + Inode.FIRST_PAGE] = rows[at + Inode.FIRST_DIRTY] = NO_PAGE;
    rows[at + Inode.SORTED_END] = rows[at + Inode.LAST_DIRTY] = NO_PAGE;
    rows[at + Inode.QUEUE_NEXT] = rows[at + Inode.QUEUE_PREVIOUS] = NO_INODE;
    rows[at + Inode.LAST_READ] = rows[at + Inode.TOUCHED] = -1;
    return inode;
  }

  private grow(): void {
    const dirtiedAt = new Float64Array(this.dirtiedAt.length * 2);
    dirtiedAt.set(this.dirtiedAt);
    this.dirtiedAt = dirtiedAt;
    const rows = new Int32Array(this.rows.length * 2);
    rows.set(this.rows);
    this.rows = rows;
  }
}
