/**
 * A snapshot brought back. Full: everything that the guest will need is read before it runs. Lazy: the guest runs at once; a page that it
 * touches is fetched when it is missing, and a thread fetches the others meanwhile. What was loaded can be compared with the instant.
 */
import type { Scenario } from '../../sim/process.js';
import { MiB, type Bytes } from '../../sim/units.js';
import { pageBytes } from '../guests/memory/guest-memory.js';
import { PageBits } from '../guests/memory/page-bits.js';
import type { MemoryImage } from './memory-image.js';
import type { SnapshotFile } from './snapshot-file.js';

const entryBytes: Bytes = pageBytes + 8;
const readBytes: Bytes = MiB;

/** Of each page, where in the files of a chain its last version stands: the image and the entry in it. */
class PageIndex {
  /** -1: in none of them. */
  readonly image: Int16Array;
  readonly entry: Int32Array;
  /** By image: where it begins when they stand one behind the other. */
  readonly offset: Bytes[] = [];

  constructor(readonly chain: readonly MemoryImage[]) {
    const { pages } = chain[0]!;
    this.image = new Int16Array(pages).fill(-1);
    this.entry = new Int32Array(pages);
    let offset = 0;
    chain.forEach((image, number) => {
      this.offset.push(offset);
      offset += image.size * entryBytes;
      for (let i = 0; i < image.size; i++) {
        this.image[image.page[i]!] = number;
        this.entry[image.page[i]!] = i;
      }
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
  private readonly index: PageIndex;
  /** Where the thread that reads the files is. */
  private number = 0;
  private entry = 0;

  constructor(
    image: MemoryImage,
    private readonly file: SnapshotFile,
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
    yield* this.read(this.index.offset[number]! + entry * entryBytes, entryBytes);
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
    const end = Math.min(image.size, entry + Math.floor(readBytes / entryBytes));
    if (end > entry) yield* this.read(index.offset[number]! + entry * entryBytes, (end - entry) * entryBytes);
    for (let i = entry; i < end; i++) if (index.isLast(number, i)) this.take(number, i);
    this.entry = end;
    if (end < image.size) return;
    this.number += 1;
    this.entry = 0;
  }

  private *read(at: Bytes, bytes: Bytes): Scenario {
    this.bytesRead += bytes;
    yield* this.file.read(at, bytes);
  }

  private take(number: number, entry: number): void {
    const image = this.index.chain[number]!;
    const page = image.page[entry]!;
    this.versions[page] = image.version[entry]!;
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
