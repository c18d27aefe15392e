/**
 * The shape of the map in an ext2 inode: 12 direct blocks, then blocks of pointers one, two and three levels deep. Each block of pointers
 * has a number within its file. It knows no places. Source: "The Second Extended File System: Internal Layout" (D. Poirier).
 */

export const directBlocks = 12;

export class IndirectTree {
  /** First block of the file under the double and under the triple indirect block, and behind all. */
  readonly doubleFirst: number;
  readonly tripleFirst: number;
  readonly end: number;
  private readonly tripleRoot: number;

  /** @param pointers a block of pointers holds */
  constructor(readonly pointers: number) {
    this.doubleFirst = directBlocks + pointers;
    this.tripleFirst = this.doubleFirst + pointers ** 2;
    this.end = Math.min(this.tripleFirst + pointers ** 3, 2 ** 31 - 1);
    this.tripleRoot = 2 + pointers;
  }

  /** How many blocks of pointers are read to find a block of the file. */
  depth(block: number): number {
    return block < directBlocks ? 0 : block < this.doubleFirst ? 1 : block < this.tripleFirst ? 2 : 3;
  }

  /** The block of pointers at `level` (0: nearest the inode) on the way to a block of the file. */
  number(block: number, level: number): number {
    const { pointers, tripleRoot } = this;
    if (block < this.doubleFirst) return 0;
    if (block < this.tripleFirst) return level === 0 ? 1 : 2 + Math.floor((block - this.doubleFirst) / pointers);
    const inside = block - this.tripleFirst;
    if (level === 0) return tripleRoot;
    return level === 1 ? tripleRoot + 1 + Math.floor(inside / pointers ** 2) : tripleRoot + 1 + pointers + Math.floor(inside / pointers);
  }

  /** The first block of the file that a block of pointers leads to. */
  firstUnder(number: number): number {
    const { pointers, tripleRoot } = this;
    if (number === 0) return directBlocks;
    if (number < 2) return this.doubleFirst;
    if (number < tripleRoot) return this.doubleFirst + (number - 2) * pointers;
    if (number === tripleRoot) return this.tripleFirst;
    const inside = number - tripleRoot - 1;
    return this.tripleFirst + (inside < pointers ? inside * pointers ** 2 : (inside - pointers) * pointers);
  }

  /** The end of the blocks whose pointers stand beside that of `block`: in the inode, or in one block. */
  siblingsEnd(block: number): number {
    if (block < directBlocks) return directBlocks;
    return block + this.pointers - ((block - directBlocks) % this.pointers);
  }

  /** The first of these. */
  siblingsFirst(block: number): number {
    return block < directBlocks ? 0 : block - ((block - directBlocks) % this.pointers);
  }

  /** Blocks of pointers of a file without holes. */
  overhead(blocks: number): number {
    const { pointers } = this;
    let count = 0;
    if (blocks > directBlocks) count += 1;
    if (blocks > this.doubleFirst) count += 1 + Math.ceil((Math.min(blocks, this.tripleFirst) - this.doubleFirst) / pointers);
    if (blocks > this.tripleFirst)
      count += 1 + Math.ceil((blocks - this.tripleFirst) / pointers ** 2) + Math.ceil((blocks - this.tripleFirst) / pointers);
    return count;
  }
}
