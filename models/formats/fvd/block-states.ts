/**
 * The states of an image's blocks as the FVD paper keeps them: `accurate` says where content is now, `stale` mirrors what the disk says.
 * They differ where blocks were copied without being written; the difference goes to disk lazily, as do the bits of blocks without backing,
 * where those are tracked. Sections 3.3.3, 3.3.4 and 3.3.6. It knows no I/O.
 */
import type { Bytes } from '../../../sim/units.js';
import { BlockBitmap } from '../block-bitmap.js';

export interface StateSettings {
  readonly blockBytes: Bytes;
  readonly zeroFilledFree: boolean;
  /** Four states in two bits: with zeros below, below, here and the same as below, here and other than below. */
  readonly twoBitStates: boolean;
  /** Whether blocks without backing have states, which tell what was never written. */
  readonly tracksSparseness: boolean;
}

/** Whether a range of the backing image holds only zeros. */
export type ZeroSearch = (offset: Bytes, bytes: Bytes) => boolean;

export class BlockStates {
  readonly accurate: BlockBitmap;
  readonly stale: BlockBitmap;
  /** Two-bit states: blocks that were zeros below when the image was made. */
  private readonly zeros: BlockBitmap;
  /** Sparseness: blocks that were written or may have been, of the whole disk. */
  private readonly written: BlockBitmap;
  /** Blocks whose states on disk are behind lie from the first to the last of these. */
  private firstBehind = Infinity;
  private lastBehind = -1;

  /** @param trackedBytes how much of the disk has states that say where its content is */
  constructor(
    private readonly settings: StateSettings,
    trackedBytes: Bytes,
    private readonly backingBytes: Bytes,
    private readonly diskBytes: Bytes,
  ) {
    const { blockBytes, twoBitStates, tracksSparseness } = settings;
    this.accurate = new BlockBitmap(blockBytes, trackedBytes);
    this.stale = new BlockBitmap(blockBytes, trackedBytes);
    this.zeros = new BlockBitmap(blockBytes, twoBitStates ? trackedBytes : 0);
    this.written = new BlockBitmap(blockBytes, tracksSparseness ? diskBytes : 0);
  }

  /** Blocks with states on disk. */
  get blocks(): number {
    return Math.max(this.stale.blocks, this.written.blocks);
  }

  /** Whether states depend on a search for zeros below. */
  get searchesZeros(): boolean {
    return this.settings.zeroFilledFree || this.settings.twoBitStates;
  }

  get hasBehind(): boolean {
    return this.lastBehind !== -1;
  }

  get behind(): { readonly first: number; readonly last: number } {
    return { first: this.firstBehind, last: this.lastBehind };
  }

  /** As in a new image; `isZero` is what a search through the backing image finds, null where none was made. */
  reset(isZero: ZeroSearch | null): void {
    const { accurate, stale, zeros, settings, backingBytes } = this;
    for (const bitmap of [accurate, stale, zeros, this.written]) bitmap.clear();
    this.caughtUp();
    if (isZero === null) return;
    for (let block = 0; block < stale.blocks; block++) {
      const start = block * stale.blockBytes;
      if (start >= backingBytes || !isZero(start, Math.min(stale.blockBytes, backingBytes - start))) continue;
      accurate.set(block);
      if (settings.twoBitStates) zeros.set(block);
      else stale.set(block);
    }
  }

  /** Whether the content at `offset` is the backing image's. */
  isBelow(offset: Bytes): boolean {
    return offset < this.backingBytes && !this.accurate.has(this.accurate.blockAt(offset));
  }

  /** Whether the states alone tell that a read at `offset` gets zeros. */
  isZero(offset: Bytes): boolean {
    if (!this.settings.twoBitStates || offset >= this.backingBytes) return false;
    const block = this.zeros.blockAt(offset);
    return this.zeros.has(block) && !this.stale.has(block);
  }

  /** Whether the states alone tell that nothing was ever written at `offset`, behind the backing image. */
  isUnwritten(offset: Bytes): boolean {
    return this.settings.tracksSparseness && !this.isTracked(offset, 1) && !this.written.has(this.written.blockAt(offset));
  }

  /** Whether a range touches blocks whose states say where their content is. */
  isTracked(offset: Bytes, bytes: Bytes): boolean {
    return bytes > 0 && this.stale.blockAt(offset) < this.stale.blocks;
  }

  /** How far from `offset` on, at most `bytes`, the states are alike. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    let length = bytes;
    if (offset < this.backingBytes) {
      length = this.accurate.run(offset, Math.min(bytes, this.backingBytes - offset));
      if (!this.settings.twoBitStates) return length;
      const { blockBytes } = this.accurate;
      let run = blockBytes - (offset % blockBytes);
      while (run < length && this.isZero(offset + run) === this.isZero(offset)) run += blockBytes;
      return Math.min(length, run);
    }
    return this.settings.tracksSparseness ? this.written.run(offset, length) : length;
  }

  /** The guest writes a range: blocks without backing are known to be written, in memory first. */
  noteWritten(offset: Bytes, bytes: Bytes): void {
    if (!this.settings.tracksSparseness || this.written.firstClear(offset, bytes) === -1) return;
    this.written.setRange(offset, bytes);
    this.isBehind(offset, bytes);
  }

  /** The guest wrote a range, and the disk says so. */
  recorded(offset: Bytes, bytes: Bytes): void {
    this.accurate.setRange(offset, bytes);
    this.stale.setRange(offset, bytes);
  }

  /** A range was copied from below; the disk does not say so yet. */
  copied(offset: Bytes, bytes: Bytes): void {
    this.accurate.setRange(offset, bytes);
    this.isBehind(offset, bytes);
  }

  /** The disk says all that is known. Where two bits tell a copy from a write, the first write to a copy still changes its state. */
  caughtUp(): void {
    this.firstBehind = Infinity;
    this.lastBehind = -1;
    if (!this.settings.twoBitStates) this.stale.assign(this.accurate);
  }

  /** From now on nothing is behind but what comes; answers the runs of blocks in the image that are written for it: start, end, start, end. */
  takeBehind(): number[] {
    const { accurate, firstBehind } = this;
    const end = Math.min(this.lastBehind + 1, accurate.blocks);
    const runs: number[] = [];
    for (let block = firstBehind; block < end;) {
      const length = accurate.run(block * accurate.blockBytes, (end - block) * accurate.blockBytes) / accurate.blockBytes;
      if (accurate.has(block)) runs.push(block, block + length);
      block += length;
    }
    this.firstBehind = Infinity;
    this.lastBehind = -1;
    return runs;
  }

  /** The states of blocks from `first` on, before `end`, are on disk as they were when `runs` were taken. */
  flushed(runs: readonly number[], first: number, end: number): void {
    if (this.settings.twoBitStates) return;
    const { stale } = this;
    for (let i = 0; i < runs.length; i += 2) {
      const start = Math.max(first, runs[i]!);
      const length = Math.min(end, runs[i + 1]!) - start;
      if (length > 0) stale.setRange(start * stale.blockBytes, length * stale.blockBytes);
    }
  }

  /** Everything is in the image: nothing is looked up or changed any more. */
  finish(): void {
    this.accurate.fill();
    this.stale.fill();
    this.caughtUp();
  }

  /** How much of the disk lies behind the backing image, and so may never have been written. */
  get bytesBehindBacking(): Bytes {
    return this.diskBytes - this.backingBytes;
  }

  private isBehind(offset: Bytes, bytes: Bytes): void {
    this.firstBehind = Math.min(this.firstBehind, this.accurate.blockAt(offset));
    this.lastBehind = Math.max(this.lastBehind, this.accurate.blockAt(offset + bytes - 1));
  }
}
