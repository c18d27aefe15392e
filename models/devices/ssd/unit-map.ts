/** A column of whole numbers by index, 0 until set, that takes memory only where it was written. */
const chunkBits = 14;
const chunkSize = 1 << chunkBits;

export class UnitMap {
  private readonly chunks: (Int32Array | undefined)[];

  constructor(size: number) {
    this.chunks = new Array<Int32Array | undefined>(Math.ceil(size / chunkSize));
  }

  get(index: number): number {
    const chunk = this.chunks[index >>> chunkBits];
    return chunk === undefined ? 0 : chunk[index & (chunkSize - 1)]!;
  }

  set(index: number, value: number): void {
    const chunk = (this.chunks[index >>> chunkBits] ??= new Int32Array(chunkSize));
    chunk[index & (chunkSize - 1)] = value;
  }
}
