/**
 * Blocks of metadata and the journal that they go to first: a transaction is a descriptor with the blocks, then a commit block; when the
 * journal has no room, all blocks that changed are written where they belong, and it begins anew. It knows neither extents nor requests.
 * Source: OCFS2's use of the journaling block device.
 */
import { KiB, type Bytes } from '../../../sim/units.js';
import { Content, Kind, Purpose, type Mode, type Plan } from '../../io/plan.js';

export const metadataBlockBytes: Bytes = 4 * KiB;

/** One block of metadata: where it belongs, and whether the driver has read it. */
export class MetadataBlock {
  isInMemory = true;
  isDirty = false;

  constructor(readonly home: Bytes) {}
}

export class Journal {
  /** Transactions written. */
  transactions = 0;
  /** Where the last transaction and its commit block lie. */
  lastStart: Bytes = 0;
  lastCommit: Bytes = 0;
  private dirty: MetadataBlock[] = [];
  private used: Bytes = 0;

  /** @param start where the journal lies in the file */
  constructor(
    private readonly start: Bytes,
    private readonly bytes: Bytes,
  ) {}

  hasRoom(blocks: number): boolean {
    return this.used + this.bytesOf(blocks) <= this.bytes;
  }

  /** Most blocks of one transaction. */
  get mostBlocks(): number {
    return this.bytes / metadataBlockBytes - 2;
  }

  /** Where the blocks belong that have changed since it was empty. */
  get dirtyHomes(): readonly Bytes[] {
    return this.dirty.filter(({ isDirty }) => isDirty).map(({ home }) => home);
  }

  /** The block is part of the next transaction. */
  touch(block: MetadataBlock): void {
    if (block.isDirty) return;
    block.isDirty = true;
    this.dirty.push(block);
  }

  /** Adds a transaction of so many blocks; there is room. */
  write(plan: Plan, mode: Mode, blocks: number): void {
    const bytes = this.bytesOf(blocks) - metadataBlockBytes;
    const at = this.start + this.used;
    this.transactions += 1;
    this.lastStart = at;
    this.lastCommit = at + bytes;
    const body = this.add(plan, mode, at, bytes, -1);
    this.add(plan, mode, at + bytes, metadataBlockBytes, body);
    this.used += bytes + metadataBlockBytes;
  }

  /** Adds the writes of all changed blocks where they belong; once they are done the journal is empty. */
  checkpoint(plan: Plan, mode: Mode): void {
    for (const block of this.dirty) {
      if (block.isDirty) this.add(plan, mode, block.home, metadataBlockBytes, -1);
      block.isDirty = false;
    }
    this.dirty = [];
    this.used = 0;
  }

  private bytesOf(blocks: number): Bytes {
    return (blocks + 2) * metadataBlockBytes;
  }

  private add(plan: Plan, mode: Mode, offset: Bytes, bytes: Bytes, after: number): number {
    const entry = plan.add(Kind.WRITE, mode, Purpose.METADATA, 0, offset, bytes, after);
    plan.holds(entry, 0, bytes, Content.METADATA, offset);
    return entry;
  }
}
