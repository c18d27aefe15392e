/**
 * Where the chunks of a compact FVD image lie: in order of first write, behind the metadata. Without a table every place is its own.
 * It knows no I/O.
 */
import type { Bytes } from '../../../sim/units.js';

const empty = 0xffffffff;
/** Flag of an entry that no journal sector holds yet. */
const dirty = 0x80000000;
const chunkMask = 0x7fffffff;

export class ChunkTable {
  private readonly entries: Uint32Array;
  allocated = 0;

  /** @param chunks how many the disk has; 0 for an image without a table */
  constructor(
    readonly chunkBytes: Bytes,
    chunks: number,
    private readonly dataOffset: Bytes,
  ) {
    this.entries = new Uint32Array(chunks).fill(empty);
  }

  get isLinear(): boolean {
    return this.entries.length === 0;
  }

  clear(): void {
    this.entries.fill(empty);
    this.allocated = 0;
  }

  /** Takes a place for each chunk of a range that has none. Answers how many entries the journal does not hold. */
  allocate(offset: Bytes, bytes: Bytes): number {
    if (this.isLinear) return 0;
    let pending = 0;
    const last = Math.floor((offset + bytes - 1) / this.chunkBytes);
    for (let chunk = Math.floor(offset / this.chunkBytes); chunk <= last; chunk++) {
      if (this.entries[chunk] === empty) this.entries[chunk] = dirty + this.allocated++;
      if ((this.entries[chunk]! & dirty) !== 0) pending += 1;
    }
    return pending;
  }

  /** The journal holds the entries of a range. */
  clean(offset: Bytes, bytes: Bytes): void {
    if (this.isLinear) return;
    const last = Math.floor((offset + bytes - 1) / this.chunkBytes);
    for (let chunk = Math.floor(offset / this.chunkBytes); chunk <= last; chunk++) {
      if (this.entries[chunk] !== empty) this.entries[chunk] = this.entries[chunk]! & chunkMask;
    }
  }

  /** Where `offset` lies in the file; -1 if its chunk was never written. */
  placeOf(offset: Bytes): Bytes {
    if (this.isLinear) return this.dataOffset + offset;
    const entry = this.entries[Math.floor(offset / this.chunkBytes)]!;
    return entry === empty ? -1 : this.dataOffset + (entry & chunkMask) * this.chunkBytes + (offset % this.chunkBytes);
  }

  /** How far from `offset` on, at most `bytes`, the file goes on in one piece, or there is nothing. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    if (this.isLinear) return bytes;
    const place = this.placeOf(offset);
    let run = this.chunkBytes - (offset % this.chunkBytes);
    while (run < bytes && this.placeOf(offset + run) === (place === -1 ? -1 : place + run)) run += this.chunkBytes;
    return Math.min(bytes, run);
  }

  /** End of the last place that is taken. */
  get end(): Bytes {
    return this.dataOffset + this.allocated * this.chunkBytes;
  }
}
