/**
 * The counts of references to clusters that files share, in blocks of so many clusters in a row each, and which of them a change touches.
 * It knows no I/O.
 */
import type { SharedPlaces } from '../shared-places.js';
import { MetadataBlock } from './metadata-blocks.js';

/** Counts that a block holds: 16 bytes each, behind the block's header. */
const countsPerBlock = 252;

export class RefcountTree {
  private readonly blocks: (MetadataBlock | undefined)[] = [];
  /** Of each block, the change that it was last part of. */
  private readonly lastChange: number[] = [];
  private change = 0;
  /** Blocks that changed since `beginChange`. */
  private changed: MetadataBlock[] = [];

  constructor(
    private readonly clusters: SharedPlaces,
    private readonly blockPlaces: SharedPlaces,
  ) {}

  beginChange(): void {
    this.changed = [];
    this.change += 1;
  }

  get changedBlocks(): readonly MetadataBlock[] {
    return this.changed;
  }

  refer(place: number): void {
    this.clusters.refer(place);
    this.touch(place);
  }

  /** A cluster that nobody refers to any more can be taken again. */
  unrefer(place: number): void {
    if (this.clusters.unrefer(place)) this.clusters.recycle(place);
    this.touch(place);
  }

  private touch(place: number): void {
    const i = Math.floor(place / countsPerBlock);
    const block = (this.blocks[i] ??= new MetadataBlock(this.blockPlaces.offsetOf(this.blockPlaces.take())));
    if (this.lastChange[i] === this.change) return;
    this.lastChange[i] = this.change;
    this.changed.push(block);
  }
}
