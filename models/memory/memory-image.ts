/**
 * What a snapshot saved: pages with their versions in the order in which they stand in its file. It knows no method and no time.
 *
 * A page that was saved more than once counts as it was saved last.
 */
import { PageBits } from '../guests/memory/page-bits.js';
import type { Nanoseconds } from '../../sim/units.js';

export type EpochKind = 'full' | 'incremental';

export class MemoryImage {
  /** Entries in the file, from index 0. */
  size = 0;
  page: Int32Array;
  version: Uint32Array;
  readonly present: PageBits;

  /** @param father what this one builds on: pages that are not here are there; null for a full one */
  constructor(
    readonly pages: number,
    readonly kind: EpochKind,
    public father: MemoryImage | null,
    expected = 1024,
  ) {
    this.page = new Int32Array(expected);
    this.version = new Uint32Array(expected);
    this.present = new PageBits(pages);
  }

  /** When the guest's memory was as the image says. */
  instant: Nanoseconds = 0;

  put(page: number, version: number): void {
    if (this.size === this.page.length) this.grow();
    this.page[this.size] = page;
    this.version[this.size++] = version;
    this.present.add(page);
  }

  /** The memory that this image and those before it restore. Pages that none of them holds are as if never written. */
  restored(): Uint32Array {
    const versions = new Uint32Array(this.pages);
    for (const image of this.chain()) {
      for (let i = 0; i < image.size; i++) versions[image.page[i]!] = image.version[i]!;
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
      if (!this.present.has(page)) this.put(page, father.version[i]!);
    }
    this.father = father.father;
    return this.size - before;
  }

  private grow(): void {
    const page = new Int32Array(this.size * 2);
    const version = new Uint32Array(this.size * 2);
    page.set(this.page);
    version.set(this.version);
    this.page = page;
    this.version = version;
  }
}
