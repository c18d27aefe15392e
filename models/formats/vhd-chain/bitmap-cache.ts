/** Which sector bitmaps of a VHD file are in the driver's memory: the least recently used one goes. It knows no I/O. */

const none = -1;

export class BitmapCache {
  private readonly blocks: Int32Array;
  private readonly lastUse: Float64Array;
  private uses = 0;

  /** @param capacity bitmaps that are held at once */
  constructor(capacity: number) {
    this.blocks = new Int32Array(capacity).fill(none);
    this.lastUse = new Float64Array(capacity);
  }

  clear(): void {
    this.blocks.fill(none);
    this.lastUse.fill(0);
  }

  /** Whether a block's bitmap is held; it counts as used. */
  touch(block: number): boolean {
    const i = this.blocks.indexOf(block);
    if (i === -1) return false;
    this.lastUse[i] = ++this.uses;
    return true;
  }

  /** Has a block's bitmap in memory, in place of the least recently used one. */
  insert(block: number): void {
    if (this.touch(block)) return;
    let oldest = 0;
    for (let i = 1; i < this.blocks.length; i++) if (this.lastUse[i]! < this.lastUse[oldest]!) oldest = i;
    this.blocks[oldest] = block;
    this.lastUse[oldest] = ++this.uses;
  }
}
