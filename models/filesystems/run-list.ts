/** Runs in columns that grow: what `map` and `allocate` of a file layout fill. */
import type { Block, Runs } from './file-layout.js';

export const hole: Block = -1;

export class RunList implements Runs {
  size = 0;
  block = new Float64Array(16);
  blocks = new Int32Array(16);

  add(block: Block, blocks: number): void {
    if (blocks === 0) return;
    if (this.size === this.blocks.length) this.grow();
    this.block[this.size] = block;
    this.blocks[this.size] = blocks;
    this.size += 1;
  }

  clear(): void {
    this.size = 0;
  }

  private grow(): void {
    const block = new Float64Array(this.size * 2);
    const blocks = new Int32Array(this.size * 2);
    block.set(this.block);
    blocks.set(this.blocks);
    this.block = block;
    this.blocks = blocks;
  }
}
