/**
 * A guest's memory: for each page a version, which each write raises. It knows neither who writes nor who saves.
 *
 * Version 0 was never written and reads as zeros. A column of 64 GB costs 64 MiB of addresses, of which the operating system backs what
 * was written.
 */
import { KiB, type Bytes } from '../../../sim/units.js';
import { PageBits } from './page-bits.js';

export const pageBytes: Bytes = 4 * KiB;

/** The version of a page that was never written. */
export const UNWRITTEN = 0;

export class GuestMemory {
  private readonly versions: Uint32Array;
  /** Pages that the guest's kernel has on its free list: what they hold is nobody's. */
  readonly free: PageBits;

  constructor(readonly pages: number) {
    this.versions = new Uint32Array(pages);
    this.free = new PageBits(pages);
  }

  version(page: number): number {
    return this.versions[page]!;
  }

  /** Whoever writes a page has taken it from the free list. */
  write(page: number): void {
    this.versions[page]! += 1;
    if (this.free.count > 0) this.free.delete(page);
  }

  /** The versions of all pages as they are now. */
  copyVersions(): Uint32Array {
    return this.versions.slice();
  }
}
