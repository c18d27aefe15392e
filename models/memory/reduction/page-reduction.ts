/** A way to save less of a memory, laid under whatever method saves it: told of each page that goes to a file, it says how it stands there. */
import type { Maker } from '../../../sim/maker.js';
import type { OptionSet } from '../../../sim/options.js';
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import { fullEntryBytes, headerBytes, NO_BLOCK } from '../memory-image.js';
import type { SnapshotHost } from '../snapshot-host.js';

/** How one page will stand in the file. One object serves for all pages. */
export class PageEntry {
  isLeftOut = false;
  /** Header included. */
  bytes: Bytes = 0;
  /** A block of the disk that holds the same, and the mark of what it holds. */
  block = NO_BLOCK;
  mark = 0;

  /** The page whole, or marked by a byte. */
  begin(isMarked: boolean): this {
    this.isLeftOut = false;
    this.bytes = isMarked ? headerBytes + 1 : fullEntryBytes;
    this.block = NO_BLOCK;
    return this;
  }
}

export interface PageReduction {
  /** An epoch begins. */
  begin(): void;
  /** Memory is as the image of this epoch will say; the guest stands still. */
  atInstant(): void;
  /** Changes how a page will stand in the file; those before it in the line have had their word. */
  reduce(page: number, version: number, entry: PageEntry): void;
  /** Processor time that this took since it was asked last; the thread that saves pays it before it writes. */
  takeTime(): Nanoseconds;
  /** Processor time to make a page of an entry of its own with so many bytes. */
  loadTime(bytes: Bytes): Nanoseconds;
}

/** Declares a reduction so that `make` sees the types of its options. */
export const pageReduction = <const S extends OptionSet>(
  declared: Maker<S, [host: SnapshotHost], PageReduction>,
): Maker<S, [host: SnapshotHost], PageReduction> => declared;
