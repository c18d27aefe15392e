/** Where things lie in an image of the published FVD driver of 2011: header, bitmap, chunk table, journal, data. Pure arithmetic. */
import { KiB, MiB, type Bytes } from '../../../sim/units.js';

/** The header takes two pages; what is used of it ends within the sector after the first page. */
export const headerBytes: Bytes = 8 * KiB;
export const headerUsedBytes: Bytes = 4 * KiB + 256;
const pageBytes: Bytes = 4 * KiB;
const largestBitmap: Bytes = 4 * MiB;
/** A table entry and a journal record of one. */
const tableEntryBytes = 4;
/** Table entries that one journal sector holds; a record of a run of bits takes the place of some. */
const entriesPerSector = 125;
const entriesOfBitmapRecord = 4;
/** A compact file grows by this much at a time. */
export const growthBytes: Bytes = 100 * MiB;

export interface PublishedSettings {
  /** Bytes a bit stands for; 0: the smallest that keeps the bitmap small. */
  readonly block: Bytes;
  readonly compact: boolean;
  readonly chunk: Bytes;
  readonly journal: Bytes;
}

export interface PublishedLayout {
  readonly blockBytes: Bytes;
  /** 0 where there is no backing image. */
  readonly bitmapOffset: Bytes;
  readonly bitmapBytes: Bytes;
  readonly tableOffset: Bytes;
  /** 0 where the image is not compact. */
  readonly tableBytes: Bytes;
  readonly journalOffset: Bytes;
  readonly journalBytes: Bytes;
  readonly dataOffset: Bytes;
  readonly chunks: number;
}

const wholePages = (bytes: Bytes): Bytes => Math.ceil(bytes / pageBytes) * pageBytes;

/** Journal sectors that a write needs: for the chunks it adds, and a run of bits that it sets. */
export const journalSectors = (chunks: number, setsBits: boolean): number =>
  Math.ceil((chunks + (setsBits ? entriesOfBitmapRecord : 0)) / entriesPerSector);

/** The journal has room at least for one write of the whole disk. */
export function publishedLayout(settings: PublishedSettings, diskBytes: Bytes, backingBytes: Bytes): PublishedLayout {
  const blockBytes = settings.block === 0 ? smallestBlock(backingBytes) : settings.block;
  const bitmapBytes = wholePages(Math.ceil(Math.ceil(backingBytes / blockBytes) / 8));
  const chunks = settings.compact ? Math.ceil(diskBytes / settings.chunk) : 0;
  const tableBytes = wholePages(chunks * tableEntryBytes);
  const leastJournal = journalSectors(chunks, backingBytes > 0) * 512;
  const hasMetadata = bitmapBytes + tableBytes > 0;
  const journalBytes = hasMetadata ? wholePages(Math.max(settings.journal, leastJournal)) : 0;
  const tableOffset = headerBytes + bitmapBytes;
  const journalOffset = tableOffset + tableBytes;
  return {
    blockBytes,
    bitmapOffset: headerBytes,
    bitmapBytes,
    tableOffset,
    tableBytes,
    journalOffset,
    journalBytes,
    dataOffset: journalOffset + journalBytes,
    chunks,
  };
}

function smallestBlock(backingBytes: Bytes): Bytes {
  let block = 512;
  while (Math.ceil(backingBytes / block) / 8 > largestBitmap) block *= 2;
  return block;
}
