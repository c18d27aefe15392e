/**
 * One VHD file of a chain: where its header, block allocation table (BAT), batmap and blocks lie, which sectors it holds, and which sector
 * bitmaps the driver has in memory. Each block has a bitmap sector before its data, which begin at a page. It knows no requests.
 * Source: VHD specification; XenServer's blktap, drivers/block-vhd.c.
 */
import { KiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import type { ImageFile } from '../../io/image-format.js';
import { Content, Kind, Mode, Purpose, type FileId, type Plan } from '../../io/plan.js';
import { BitmapCache } from './bitmap-cache.js';

export interface VhdSettings {
  readonly blockBytes: Bytes;
  /** Sector bitmaps that the driver holds of each file. */
  readonly cachedBitmaps: number;
}

export const footerBytes: Bytes = 512;
export const headerBytes: Bytes = 1024;
export const batOffset: Bytes = footerBytes + headerBytes;
export const batEntryBytes: Bytes = 4;
/** Names of the parent for three platforms, a sector each. */
const locatorBytes: Bytes = 3 * sectorBytes;
const pageBytes: Bytes = 4 * KiB;
/** Places whose bitmaps a new file has room for in memory. */
const firstPlaces = 4;
const upTo = (bytes: Bytes, unit: Bytes): Bytes => Math.ceil(bytes / unit) * unit;

export class Vhd {
  parent: Vhd | null = null;
  /** What it is the file of, as the storage manager knows it: the live disk has an empty name, a file below leaves a name that it had. */
  name = '';
  /** When it was made, and when its name or parent changed last, in the count of such changes. */
  made = 0;
  changed = 0;
  readonly cache: BitmapCache;
  /** Number of the block's place in the file plus one; 0 where it has none. */
  private readonly bat: Int32Array;
  /** A bit a sector, of each block that has a place, in the order of places. */
  private bitmaps: Uint32Array;
  private readonly bitmapWords: number;
  private readonly present: Uint16Array;
  private readonly batmapOffset: Bytes;
  private readonly firstData: Bytes;
  private places = 0;

  constructor(
    readonly id: FileId,
    readonly file: ImageFile,
    private readonly diskBytes: Bytes,
    private readonly settings: VhdSettings,
  ) {
    const blocks = Math.ceil(diskBytes / settings.blockBytes);
    this.bat = new Int32Array(blocks);
    this.bitmapWords = Math.ceil(settings.blockBytes / sectorBytes / 32);
    this.bitmaps = new Uint32Array(firstPlaces * this.bitmapWords);
    this.present = new Uint16Array(blocks);
    this.cache = new BitmapCache(settings.cachedBitmaps);
    this.batmapOffset = batOffset + upTo(blocks * batEntryBytes, sectorBytes);
    this.firstData = upTo(this.batmapOffset + this.batmapBytes + locatorBytes + sectorBytes, pageBytes);
  }

  get blocks(): number {
    return this.bat.length;
  }

  get blockBytes(): Bytes {
    return this.settings.blockBytes;
  }

  /** Whether nothing was written to it. */
  get isEmpty(): boolean {
    return this.places === 0;
  }

  blockAt(offset: Bytes): number {
    return Math.floor(offset / this.settings.blockBytes);
  }

  isAllocated(block: number): boolean {
    return this.bat[block] !== 0;
  }

  /** Whether the batmap says that every sector of a block is here. */
  isFull(block: number): boolean {
    return this.present[block] === this.sectorsOf(block);
  }

  has(offset: Bytes): boolean {
    const entry = this.bat[this.blockAt(offset)]!;
    if (entry === 0) return false;
    const sector = (offset % this.blockBytes) / sectorBytes;
    return (this.bitmaps[(entry - 1) * this.bitmapWords + (sector >>> 5)]! & (1 << (sector & 31))) !== 0;
  }

  /** How far from `offset` on, at most `bytes`, within its block, the sectors are here or not, as the first one. */
  run(offset: Bytes, bytes: Bytes): Bytes {
    const block = this.blockAt(offset);
    const most = Math.min(bytes, (block + 1) * this.blockBytes - offset);
    if (!this.isAllocated(block) || this.isFull(block)) return most;
    const isHere = this.has(offset);
    let run = sectorBytes;
    while (run < most && this.has(offset + run) === isHere) run += sectorBytes;
    return run;
  }

  /** Where `offset` of the disk lies in the file; its block has a place. */
  placeOf(offset: Bytes): Bytes {
    return this.dataOf(this.blockAt(offset)) + (offset % this.blockBytes);
  }

  bitmapPlaceOf(block: number): Bytes {
    return this.dataOf(block) - sectorBytes;
  }

  /** The sector of the BAT with a block's entry. */
  batSectorOf(block: number): Bytes {
    const place = batOffset + block * batEntryBytes;
    return place - (place % sectorBytes);
  }

  /** Gives a block the place behind the last one, with an empty bitmap. */
  allocate(block: number): void {
    this.bat[block] = ++this.places;
    if (this.places * this.bitmapWords > this.bitmaps.length) this.growBitmaps();
    this.cache.insert(block);
    this.file.bytes = this.end + footerBytes;
  }

  /** The sectors of a range are here now; their blocks have places. */
  mark(offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes; at += sectorBytes) {
      if (this.has(at)) continue;
      const block = this.blockAt(at);
      const sector = (at % this.blockBytes) / sectorBytes;
      this.bitmaps[(this.bat[block]! - 1) * this.bitmapWords + (sector >>> 5)]! |= 1 << (sector & 31);
      this.present[block]! += 1;
    }
  }

  /** Whether a write of this range changes no bitmap, as far as what is in memory says. */
  isKnownPresent(offset: Bytes, bytes: Bytes): boolean {
    for (let at = offset; at < offset + bytes;) {
      const block = this.blockAt(at);
      if (!this.isAllocated(block) || !(this.isFull(block) || this.cache.touch(block)) || !this.has(at)) return false;
      at += this.run(at, offset + bytes - at);
    }
    return true;
  }

  /** Writes the file anew, without a block: both footers, header, BAT, batmap and the parent's names. */
  create(plan: Plan): void {
    // A file that was never written to is clear: memory that nothing touches costs nothing.
    if (!this.isEmpty) {
      this.bat.fill(0);
      this.bitmaps.fill(0);
      this.present.fill(0);
    }
    this.places = 0;
    this.cache.clear();
    this.file.bytes = this.end + footerBytes;
    this.write(plan, 0, this.end);
    this.write(plan, this.end, footerBytes);
  }

  open(plan: Plan): void {
    this.cache.clear();
    this.read(plan, 0, footerBytes);
    this.read(plan, footerBytes, headerBytes);
    this.read(plan, batOffset, this.batmapOffset - batOffset);
    this.read(plan, this.batmapOffset, this.batmapBytes);
  }

  /** The batmap is a hint that is kept in memory until now; the footer goes behind the last block. */
  close(plan: Plan): void {
    this.write(plan, this.batmapOffset, this.batmapBytes);
    this.write(plan, this.end, footerBytes);
  }

  /** Footer copy and header are written anew: name or parent have changed. */
  relink(plan: Plan): void {
    this.write(plan, 0, footerBytes + headerBytes);
  }

  /** The file goes. */
  remove(plan: Plan): void {
    plan.add(Kind.TRUNCATE, Mode.BLOCKING, Purpose.METADATA, this.id, 0, 0);
    this.file.bytes = 0;
  }

  /** Where the next block's bitmap goes. */
  private get end(): Bytes {
    return this.dataAt(this.places) - sectorBytes;
  }

  /** A sector that says how many follow, and a bit a block. */
  private get batmapBytes(): Bytes {
    return sectorBytes + upTo(Math.ceil(this.blocks / 8), sectorBytes);
  }

  private dataOf(block: number): Bytes {
    return this.dataAt(this.bat[block]! - 1);
  }

  private dataAt(place: number): Bytes {
    return this.firstData + place * upTo(this.blockBytes + sectorBytes, pageBytes);
  }

  private growBitmaps(): void {
    const wider = new Uint32Array(this.bitmaps.length * 2);
    wider.set(this.bitmaps);
    this.bitmaps = wider;
  }

  private sectorsOf(block: number): number {
    return Math.min(this.blockBytes, this.diskBytes - block * this.blockBytes) / sectorBytes;
  }

  private read(plan: Plan, offset: Bytes, bytes: Bytes): void {
    plan.add(Kind.READ, Mode.BLOCKING, Purpose.METADATA, this.id, offset, bytes);
  }

  private write(plan: Plan, offset: Bytes, bytes: Bytes): void {
    plan.holds(plan.add(Kind.WRITE, Mode.BLOCKING, Purpose.METADATA, this.id, offset, bytes), 0, bytes, Content.METADATA, offset, this.id);
  }
}
