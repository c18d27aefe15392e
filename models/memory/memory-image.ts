/**
 * What a snapshot saved: pages with their versions in the order in which they stand in its file. It knows no method and no time.
 *
 * A page that was saved more than once counts as it was saved last. An entry may be smaller than a page, or refer to a block of the disk
 * that holds the same: columns for both exist from the first such entry on.
 */
import { pageBytes } from '../guests/memory/guest-memory.js';
import { PageBits } from '../guests/memory/page-bits.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';

export type EpochKind = 'full' | 'incremental';

/** Address and flags before each page in the file, and both together. */
export const headerBytes: Bytes = 8;
export const fullEntryBytes: Bytes = headerBytes + pageBytes;

/** In place of a block: the entry holds its page itself. */
export const NO_BLOCK = -1;

/** What comes back where an entry refers to a block that was overwritten before the instant. */
export const WRONG_VERSION = 0xffffffff;

export class MemoryImage {
  /** Entries in the file, from index 0. */
  size = 0;
  /** Of all entries. */
  bytes: Bytes = 0;
  page: Int32Array;
  version: Uint32Array;
  /** By block of the disk: a mark of what the snapshot of the disk at the same instant holds; null where nobody verifies it. */
  blockMarks: Uint32Array | null = null;
  /** By entry; null as long as all entries are full ones. */
  private sizes: Uint16Array | null = null;
  /** By entry: the block that holds the page, and its mark as the page knows it. */
  private blocks: Int32Array | null = null;
  private marks: Uint32Array | null = null;
  /** By page: its entry, or -1; null before somebody replaces entries. */
  private entryOf: Int32Array | null = null;
  private bits: PageBits | null = null;

  /** @param father what this one builds on: pages that are not here are there; null for a full one */
  constructor(
    readonly pages: number,
    readonly kind: EpochKind,
    public father: MemoryImage | null,
    expected = 64,
  ) {
    this.page = new Int32Array(expected);
    this.version = new Uint32Array(expected);
  }

  /** When the guest's memory was as the image says. */
  instant: Nanoseconds = 0;
  /** The snapshot of the disk that belongs to it; null where none was taken. */
  diskSnapshot: string | null = null;

  /** Pages that have an entry here. */
  get present(): PageBits {
    if (this.bits !== null) return this.bits;
    const bits = new PageBits(this.pages);
    for (let i = 0; i < this.size; i++) bits.add(this.page[i]!);
    return (this.bits = bits);
  }

  put(page: number, version: number, bytes: Bytes = fullEntryBytes): void {
    if (this.size === this.page.length) this.grow();
    this.page[this.size] = page;
    this.bits?.add(page);
    if (this.entryOf !== null) this.entryOf[page] = this.size;
    this.fill(this.size++, version, bytes);
    this.bytes += bytes;
  }

  /** As `put`, in place of the page's entry if there is one; answers the bytes that the image has more than before. */
  replace(page: number, version: number, bytes: Bytes = fullEntryBytes): Bytes {
    const before = this.bytes;
    const entry = this.entryFor(page);
    if (entry < 0) this.put(page, version, bytes);
    else {
      this.bytes += bytes - this.sizeOf(entry);
      this.fill(entry, version, bytes);
    }
    return this.bytes - before;
  }

  /** Makes an entry, the last if none is named, one that refers to a block of the disk. */
  refer(block: number, mark: number, entry = this.size - 1): void {
    this.blocks ??= new Int32Array(this.page.length).fill(NO_BLOCK);
    this.marks ??= new Uint32Array(this.page.length);
    this.blocks[entry] = block;
    this.marks[entry] = mark;
  }

  /** The entry of a page that was put in place, or -1. */
  entryFor(page: number): number {
    return this.indexed()[page]!;
  }

  sizeOf(entry: number): Bytes {
    return this.sizes === null ? fullEntryBytes : this.sizes[entry]!;
  }

  /** The block of the disk that an entry refers to, or NO_BLOCK. */
  blockOf(entry: number): number {
    return this.blocks === null ? NO_BLOCK : this.blocks[entry]!;
  }

  /** The version that an entry brings back. */
  loaded(entry: number): number {
    const block = this.blockOf(entry);
    if (block === NO_BLOCK || this.blockMarks === null) return this.version[entry]!;
    return (this.blockMarks[block] ?? 0) === this.marks![entry] ? this.version[entry]! : WRONG_VERSION;
  }

  /** The memory that this image and those before it restore. Pages that none of them holds are as if never written. */
  restored(): Uint32Array {
    const versions = new Uint32Array(this.pages);
    for (const image of this.chain()) {
      for (let i = 0; i < image.size; i++) versions[image.page[i]!] = image.loaded(i);
    }
    return versions;
  }

  /** This image and all that it builds on, the oldest first. */
  chain(): MemoryImage[] {
    const images: MemoryImage[] = [this];
    for (let father = this.father; father !== null; father = father.father) images.push(father);
    return images.reverse();
  }

  /**
   * Takes over from the father what is not here, and takes its place: the father may go then, and nothing that is restored from here or from
   * what builds on it changes. Answers the pages that were moved.
   */
  absorbFather(): number {
    const { father } = this;
    if (father === null) throw new Error('an image that builds on nothing absorbs nothing');
    const before = this.size;
    // From the end, for a page that was saved more than once counts as it was saved last.
    for (let i = father.size - 1; i >= 0; i--) {
      const page = father.page[i]!;
      if (this.present.has(page)) continue;
      if (father.blockOf(i) !== NO_BLOCK) this.refuseReference();
      this.put(page, father.version[i]!, father.sizeOf(i));
    }
    this.father = father.father;
    return this.size - before;
  }

  /** Takes over what a child holds, in place of what is here: this image is then what the child was, and the child may go. */
  overlay(child: MemoryImage): void {
    for (let i = 0; i < child.size; i++) {
      if (child.blockOf(i) !== NO_BLOCK) this.refuseReference();
      this.replace(child.page[i]!, child.version[i]!, child.sizeOf(i));
    }
    this.instant = child.instant;
    this.diskSnapshot = child.diskSnapshot;
  }

  /** A reference means a block of the disk's snapshot at the instant of its own image. */
  private refuseReference(): never {
    throw new Error('an entry that refers to the disk at one instant cannot move to the image of another');
  }

  private fill(entry: number, version: number, bytes: Bytes): void {
    this.version[entry] = version;
    if (bytes !== fullEntryBytes) this.sizes ??= new Uint16Array(this.page.length).fill(fullEntryBytes);
    if (this.sizes !== null) this.sizes[entry] = bytes;
    if (this.blocks !== null) this.blocks[entry] = NO_BLOCK;
  }

  private indexed(): Int32Array {
    if (this.entryOf !== null) return this.entryOf;
    this.entryOf = new Int32Array(this.pages).fill(-1);
    for (let i = 0; i < this.size; i++) this.entryOf[this.page[i]!] = i;
    return this.entryOf;
  }

  private grow(): void {
    const length = this.size * 2;
    const longer = <T extends Int32Array | Uint32Array | Uint16Array>(column: T, made: T): T => {
      made.set(column);
      return made;
    };
    this.page = longer(this.page, new Int32Array(length));
    this.version = longer(this.version, new Uint32Array(length));
    if (this.sizes !== null) this.sizes = longer(this.sizes, new Uint16Array(length));
    if (this.blocks !== null) this.blocks = longer(this.blocks, new Int32Array(length));
    if (this.marks !== null) this.marks = longer(this.marks, new Uint32Array(length));
  }
}
