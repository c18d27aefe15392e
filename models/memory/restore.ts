/**
 * A snapshot brought back. Full: everything that the guest will need is read before it runs. Lazy: the guest runs at once; a page that it
 * touches is fetched when it is missing, and a thread fetches the others meanwhile. What was loaded can be compared with the instant.
 * Entries that refer to the disk are read there, those of neighbouring blocks together.
 */
import type { Scenario } from '../../sim/process.js';
import { MiB, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { pageBytes } from '../guests/memory/guest-memory.js';
import { PageBits } from '../guests/memory/page-bits.js';
import { NO_BLOCK, type MemoryImage } from './memory-image.js';

const readBytes: Bytes = MiB;

/** Where the files of a chain are read, one behind the other; one reader at a time. */
export interface RestoreSource {
  read(at: Bytes, bytes: Bytes): Scenario;
}

/** What images need that hold less than all pages whole. */
export interface RestoreAids {
  /** Processor time to make a page of an entry of so many bytes. */
  loadTime(bytes: Bytes): Nanoseconds;
  /** The guest's disk at the instant, to which entries refer. */
  readonly disk: RestoreSource;
}

/** Of each page, where in the files of a chain its last version stands: the image and the entry in it. */
class PageIndex {
  /** -1: in none of them. */
  readonly image: Int16Array;
  readonly entry: Int32Array;
  /** By image: where each of its entries begins, and the last ends, when the images stand one behind the other. */
  readonly places: Float64Array[] = [];

  constructor(readonly chain: readonly MemoryImage[]) {
    const { pages } = chain[0]!;
    this.image = new Int16Array(pages).fill(-1);
    this.entry = new Int32Array(pages);
    let offset = 0;
    chain.forEach((image, number) => {
      const places = new Float64Array(image.size + 1);
      this.places.push(places);
      for (let i = 0; i < image.size; i++) {
        places[i] = offset;
        offset += image.sizeOf(i);
        this.image[image.page[i]!] = number;
        this.entry[image.page[i]!] = i;
      }
      places[image.size] = offset;
    });
  }

  /** Whether the entry is the one that counts for its page. */
  isLast(number: number, entry: number): boolean {
    const page = this.chain[number]!.page[entry]!;
    return this.image[page] === number && this.entry[page] === entry;
  }
}

export class Restore {
  /** By page: the version that was loaded. */
  readonly versions: Uint32Array;
  readonly loaded: PageBits;
  bytesRead: Bytes = 0;
  /** Pages that the guest waited for. */
  demanded = 0;
  /** Reads of the guest's disk for what entries refer to. */
  scattered = 0;
  private readonly index: PageIndex;
  /** Where the thread that reads the files is. */
  private number = 0;
  private entry = 0;

  constructor(
    image: MemoryImage,
    private readonly source: RestoreSource,
    private readonly aids: RestoreAids | null = null,
  ) {
    this.index = new PageIndex(image.chain());
    this.versions = new Uint32Array(image.pages);
    this.loaded = new PageBits(image.pages);
  }

  /** Reads each file of the chain from its begin to its end, and takes the entries that count. */
  *loadAll(): Scenario {
    while (this.number < this.index.chain.length) yield* this.loadNext();
  }

  /** Fetches one page if it is not there. A page that no image holds needs no read. */
  *demand(page: number): Scenario {
    if (this.loaded.has(page)) return;
    this.demanded += 1;
    const number = this.index.image[page]!;
    if (number < 0) {
      this.loaded.add(page);
      return;
    }
    const entry = this.index.entry[page]!;
    yield* this.readEntries(number, entry, entry + 1);
    this.take(number, entry);
  }

  /**
   * A guest touches pages in this order; after so many touches the thread reads the next stretch of the files, and at the end all that is
   * left.
   */
  *loadLazily(touched: Iterable<number>, touchesPerRead: number): Scenario {
    let touches = 0;
    for (const page of touched) {
      yield* this.demand(page);
      touches += 1;
      if (touches % touchesPerRead === 0 && this.number < this.index.chain.length) yield* this.loadNext();
    }
    yield* this.loadAll();
  }

  /** Reads the next stretch of the files. */
  private *loadNext(): Scenario {
    const { index, number, entry } = this;
    const image = index.chain[number]!;
    const places = index.places[number]!;
    let end = entry;
    while (end < image.size && places[end + 1]! - places[entry]! <= readBytes) end += 1;
    if (end > entry) yield* this.readEntries(number, entry, end);
    for (let i = entry; i < end; i++) if (index.isLast(number, i)) this.take(number, i);
    this.entry = end;
    if (end < image.size) return;
    this.number += 1;
    this.entry = 0;
  }

  /** Reads entries of one file, and the blocks that those of them refer to that count. */
  private *readEntries(number: number, first: number, end: number): Scenario {
    const { index, aids } = this;
    const places = index.places[number]!;
    const bytes = places[end]! - places[first]!;
    this.bytesRead += bytes;
    yield* this.source.read(places[first]!, bytes);
    if (aids === null) return;
    const image = index.chain[number]!;
    let time = 0;
    for (let i = first; i < end;) {
      if (image.blockOf(i) === NO_BLOCK) time += aids.loadTime(image.sizeOf(i));
      const blocks = this.blocksAt(number, i, end);
      if (blocks > 0) yield* this.readBlocks(image.blockOf(i), blocks);
      i += Math.max(1, blocks);
    }
    if (time >= 1) yield Math.round(time);
  }

  /** Entries from this one on that count and refer to one block after the other. */
  private blocksAt(number: number, first: number, end: number): number {
    const image = this.index.chain[number]!;
    const block = image.blockOf(first);
    if (block === NO_BLOCK) return 0;
    let count = 0;
    for (let i = first; i < end && image.blockOf(i) === block + count && this.index.isLast(number, i); i++) count += 1;
    return count;
  }

  private *readBlocks(first: number, count: number): Scenario {
    this.bytesRead += count * pageBytes;
    this.scattered += 1;
    yield* this.aids!.disk.read(first * pageBytes, count * pageBytes);
  }

  private take(number: number, entry: number): void {
    const image = this.index.chain[number]!;
    const page = image.page[entry]!;
    this.versions[page] = image.loaded(entry);
    this.loaded.add(page);
  }
}

/** Pages whose restored version is not that of the instant; those that were free at it may hold anything. */
export function differingPages(restored: Uint32Array, reference: Uint32Array, free: PageBits): number[] {
  const differing: number[] = [];
  for (let page = 0; page < reference.length; page++) {
    if (restored[page] !== reference[page] && !free.has(page)) differing.push(page);
  }
  return differing;
}
