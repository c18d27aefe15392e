/**
 * Where the clusters of one file lie: an extent block each for so many clusters in a row, as if every cluster were an extent of its own. It
 * knows neither counts of references nor I/O.
 */
import type { SharedPlaces } from '../shared-places.js';
import { MetadataBlock } from './metadata-blocks.js';

/** Extents that a block holds: 16 bytes each, behind the block's header. */
export const extentsPerBlock = 243;

interface ExtentBlock {
  readonly metadata: MetadataBlock;
  /** Number of the block's own place. */
  readonly ownPlace: number;
  /** Numbers of the clusters' places plus one, 0 for a hole. */
  readonly places: Int32Array;
}

export class ExtentMap {
  private readonly blocks: (ExtentBlock | null)[];

  constructor(
    readonly clusters: number,
    private readonly blockPlaces: SharedPlaces,
  ) {
    this.blocks = new Array<ExtentBlock | null>(Math.ceil(clusters / extentsPerBlock)).fill(null);
  }

  get extentBlocks(): number {
    return this.blocks.length;
  }

  blockAt(cluster: number): number {
    return Math.floor(cluster / extentsPerBlock);
  }

  /** The metadata of an extent block; null where the file has only holes. */
  metadataOf(block: number): MetadataBlock | null {
    return this.blocks[block]?.metadata ?? null;
  }

  /** The numbers of the places of an extent block's clusters, -1 for a hole. */
  placesIn(block: number): number[] {
    return Array.from(this.blocks[block]?.places ?? [], (place) => place - 1);
  }

  /** The number of a cluster's place, -1 for a hole. */
  find(cluster: number): number {
    const block = this.blocks[this.blockAt(cluster)] ?? null;
    return block === null ? -1 : block.places[cluster % extentsPerBlock]! - 1;
  }

  /** Answers the extent block that changes. */
  set(cluster: number, place: number): MetadataBlock {
    const i = this.blockAt(cluster);
    const block = (this.blocks[i] ??= this.makeBlock());
    block.places[cluster % extentsPerBlock] = place + 1;
    return block.metadata;
  }

  /** A file of the same extents, in blocks of its own. */
  copy(): ExtentMap {
    const copy = new ExtentMap(this.clusters, this.blockPlaces);
    for (let i = 0; i < this.blocks.length; i++) {
      const from = this.blocks[i] ?? null;
      if (from === null) continue;
      copy.blocks[i] = this.makeBlock();
      copy.blocks[i]!.places.set(from.places);
    }
    return copy;
  }

  /** The file goes: its extent blocks are free. */
  free(): void {
    for (const block of this.blocks) {
      if (block === null) continue;
      block.metadata.isDirty = false;
      this.blockPlaces.unrefer(block.ownPlace);
      this.blockPlaces.recycle(block.ownPlace);
    }
  }

  forget(): void {
    for (const block of this.blocks) if (block !== null) block.metadata.isInMemory = false;
  }

  /** The places of all clusters that have one, in order. */
  *places(): Generator<number> {
    for (const block of this.blocks) if (block !== null) for (const place of block.places) if (place !== 0) yield place - 1;
  }

  private makeBlock(): ExtentBlock {
    const ownPlace = this.blockPlaces.take();
    return { metadata: new MetadataBlock(this.blockPlaces.offsetOf(ownPlace)), ownPlace, places: new Int32Array(extentsPerBlock) };
  }
}
