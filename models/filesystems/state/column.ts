/** Columns of numbers by file: in chunks, so that a chunk that nobody wrote costs nothing and growth copies nothing. */
import type { Bytes } from '../../../sim/units.js';

const shift = 13;
const chunkLength = 1 << shift;
const mask = chunkLength - 1;

/** 32-bit whole numbers; 0 where nothing was written. */
export class Int32Column {
  private readonly chunks: (Int32Array | undefined)[] = [];

  get(index: number): number {
    const chunk = this.chunks[index >>> shift];
    return chunk === undefined ? 0 : chunk[index & mask]!;
  }

  set(index: number, value: number): void {
    const chunk = this.chunks[index >>> shift];
    if (chunk !== undefined) chunk[index & mask] = value;
    else if (value !== 0) this.add(index >>> shift)[index & mask] = value;
  }

  private add(chunk: number): Int32Array {
    while (this.chunks.length <= chunk) this.chunks.push(undefined);
    return (this.chunks[chunk] = new Int32Array(chunkLength));
  }
}

/** Sizes in bytes; 0 where nothing was written. */
export class BytesColumn {
  private readonly chunks: (Float64Array | undefined)[] = [];

  get(index: number): Bytes {
    const chunk = this.chunks[index >>> shift];
    return chunk === undefined ? 0 : chunk[index & mask]!;
  }

  set(index: number, value: Bytes): void {
    const at = index >>> shift;
    while (this.chunks.length <= at) this.chunks.push(undefined);
    (this.chunks[at] ??= new Float64Array(chunkLength))[index & mask] = value;
  }
}
