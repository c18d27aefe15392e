/**
 * The journal as a ring of blocks: how many a transaction takes, where they go, how many are free. Block 0 is the journal's superblock. It knows no transaction's content.
 *
 * A transaction is written as descriptor blocks, each in front of the copies that it names by tags of 8 bytes behind a header of 12 bytes and an identifier of 16;
 * revoke records of 4 bytes an entry behind 16 bytes; and a commit block (the on-disk format of jbd, as the ext4 wiki publishes it).
 */
import type { Bytes } from '../../../sim/units.js';

export class JournalSpace {
  /** Where the next block goes, from 1 on. */
  head = 1;
  /** Blocks that hold transactions whose checkpoint is to come. */
  used = 0;
  /** Blocks that the committing transaction is still to take. */
  promised = 0;
  /** The oldest transaction in the journal. */
  oldest = 1;
  private readonly tagsPerBlock: number;
  private readonly revokesPerBlock: number;
  /** Of each transaction in the journal, by its number: each takes a block at least, so there are no more of them than blocks. */
  private readonly sizes: Float64Array;

  constructor(
    readonly blocks: number,
    blockBytes: Bytes,
  ) {
    this.tagsPerBlock = Math.floor((blockBytes - 12 - 16) / 8);
    this.revokesPerBlock = Math.floor((blockBytes - 16) / 4);
    this.sizes = new Float64Array(Math.max(1, blocks));
  }

  /** Blocks that transactions may take. */
  get capacity(): number {
    return this.blocks - 1;
  }

  /** Changed blocks at which a transaction commits: a quarter of the journal. */
  get transactionLimit(): number {
    return this.blocks >> 2;
  }

  /** Whether a transaction of full size has room behind the committing one. */
  get hasRoom(): boolean {
    return this.capacity - this.used - this.promised > this.transactionLimit + (this.transactionLimit >> 3);
  }

  /** Blocks in front of the commit block. */
  blocksFor(changed: number, revoked: number): number {
    return changed + Math.ceil(changed / this.tagsPerBlock) + Math.ceil(revoked / this.revokesPerBlock);
  }

  /** Takes the next `blocks` blocks for a transaction; those from `head` on, round the end of the ring. */
  take(transaction: number, blocks: number): void {
    this.used += blocks;
    this.promised = Math.max(0, this.promised - blocks);
    this.sizes[transaction % this.sizes.length]! += blocks;
    this.head = ((this.head - 1 + blocks) % this.capacity) + 1;
  }

  /** A transaction closed that will take so many blocks, its commit block included. */
  promise(transaction: number, blocks: number): void {
    this.sizes[transaction % this.sizes.length] = 0;
    this.promised = blocks;
  }

  /** The committing transaction takes no more. */
  keep(): void {
    this.promised = 0;
  }

  /** Gives back the blocks of all transactions before `oldest`. */
  freeBefore(oldest: number): void {
    for (; this.oldest < oldest; this.oldest++) this.used -= this.sizes[this.oldest % this.sizes.length]!;
  }
}
