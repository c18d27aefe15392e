/**
 * Recovery of images of the published FVD driver: header, bitmap, chunk table; after an unclean stop the whole journal on top of them, in the
 * order of its sectors, what was left from before it began anew included. That both flags lie in the header's first sector is an assumption.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { PublishedImage } from '../../../models/formats/fvd/published-image.js';
import { publishedLayout, type PublishedLayout, type PublishedSettings } from '../../../models/formats/fvd/published-layout.js';
import { LIVE, Op } from '../../../models/io/image-format.js';
import { BitmapSectors } from './bitmap-sectors.js';
import { BACKGROUND, type Request } from './events.js';
import type { MakeRecovery, Place, Recovered, Survivors, Words } from './recovery.js';

const entriesPerSector = sectorBytes / 4;
const wasClosed = 'closed';
const hasAll = 'prefetching has finished';

/** What the driver's metadata says when it is written. A sector of the journal is a run of bits, then chunks with their places. */
class Fvd2011Words {
  private readonly bits: BitmapSectors;
  private readonly journaled = new Set<number>();
  private header = new Set<string>();

  constructor(
    private readonly image: PublishedImage,
    private readonly layout: PublishedLayout,
    private readonly chunkBytes: Bytes,
    private readonly backingBytes: Bytes,
  ) {
    this.bits = new BitmapSectors({ unitBytes: layout.blockBytes, trackedBytes: backingBytes, start: layout.bitmapOffset });
  }

  says(offset: Bytes, request: Request): Words {
    const { bitmapOffset, tableOffset, journalOffset } = this.layout;
    if (offset < bitmapOffset) return offset === 0 ? this.headerWords(request) : [];
    if (offset < tableOffset) return this.bitmapWords(offset, request);
    if (offset < journalOffset) return this.chunkWords((offset - tableOffset) / 4, entriesPerSector);
    return request.op === Op.CREATE ? [] : this.journalWords(request);
  }

  private headerWords({ op }: Request): Words {
    if (op === Op.CREATE) this.header = new Set();
    if (op === Op.OPEN) this.header.delete(wasClosed);
    if (op === Op.CLOSE) this.header.add(wasClosed);
    if (op === BACKGROUND) this.header.add(hasAll);
    return [...this.header];
  }

  /** Copied blocks are added when the image is closed and when prefetching finishes. */
  private bitmapWords(offset: Bytes, { op }: Request): Words {
    const isEnd = op === Op.CLOSE || op === BACKGROUND;
    return this.bits.says(offset, (block) => (isEnd ? this.image.present.has(block) : this.journaled.has(block)));
  }

  private journalWords({ offset, bytes }: Request): Words {
    const { blockBytes } = this.layout;
    const first = Math.floor(offset / blockBytes);
    const end = Math.min(Math.ceil((offset + bytes) / blockBytes), Math.ceil(this.backingBytes / blockBytes));
    for (let block = first; block < end; block++) this.journaled.add(block);
    const firstChunk = Math.floor(offset / this.chunkBytes);
    return [first, Math.max(0, end - first), ...this.chunkWords(firstChunk, Math.ceil((offset + bytes) / this.chunkBytes) - firstChunk)];
  }

  /** Chunks that have a place, each with it. */
  private chunkWords(first: number, count: number): number[] {
    if (this.layout.chunks === 0) return [];
    const { chunkBytes } = this;
    const own = this.image.extents(LIVE).filter(({ file }) => file === 0);
    const words: number[] = [];
    for (let chunk = first; chunk < Math.min(first + count, this.layout.chunks); chunk++) {
      const start = chunk * chunkBytes;
      const extent = own.find(({ guestOffset, bytes }) => guestOffset < start + chunkBytes && start < guestOffset + bytes);
      if (extent !== undefined) words.push(chunk, extent.offset + start - extent.guestOffset);
    }
    return words;
  }
}

/** What bitmap, table and journal say together. */
interface Merged {
  readonly blocks: Set<number>;
  readonly chunks: Map<number, Bytes>;
}

function merged(survivors: Survivors, layout: PublishedLayout, replaysJournal: boolean): Merged {
  const blocks = new Set<number>();
  const chunks = new Map<number, Bytes>();
  const wordsAt = (offset: Bytes): number[] => {
    const words = survivors(0, offset);
    return typeof words === 'number' ? [] : words.map(Number);
  };
  const addChunks = (words: readonly number[]): void => {
    for (let i = 0; i < words.length; i += 2) chunks.set(words[i]!, words[i + 1]!);
  };
  for (let at = layout.bitmapOffset; at < layout.tableOffset; at += sectorBytes) for (const block of wordsAt(at)) blocks.add(block);
  for (let at = layout.tableOffset; at < layout.journalOffset; at += sectorBytes) addChunks(wordsAt(at));
  for (let at = layout.journalOffset; replaysJournal && at < layout.dataOffset; at += sectorBytes) {
    const [first = 0, count = 0, ...entries] = wordsAt(at);
    for (let i = 0; i < count; i++) blocks.add(first + i);
    addChunks(entries);
  }
  return { blocks, chunks };
}

function recover(
  survivors: Survivors,
  layout: PublishedLayout,
  chunkBytes: Bytes,
  backing: { file: number; bytes: Bytes },
): Recovered | null {
  const header = survivors(0, 0);
  if (typeof header === 'number') return null;
  const { blocks, chunks } = merged(survivors, layout, !header.includes(wasClosed));
  const isComplete = header.includes(hasAll);
  const placeOf = (offset: Bytes): Place | null => {
    const isBelow = !isComplete && offset < backing.bytes && !blocks.has(Math.floor(offset / layout.blockBytes));
    if (isBelow) return { file: backing.file, offset };
    if (layout.chunks === 0) return { file: 0, offset: layout.dataOffset + offset };
    const place = chunks.get(Math.floor(offset / chunkBytes));
    return place === undefined ? null : { file: 0, offset: place + (offset % chunkBytes) };
  };
  return { views: new Map([[LIVE, placeOf]]), leaks: 0, dangling: 0 };
}

/** For images that were made with such settings. */
export const recoverFvd2011 =
  (settings: PublishedSettings): MakeRecovery =>
  (image, backingBytes) => {
    if (!(image instanceof PublishedImage)) throw new Error('an image of another format than fvd-2011');
    const layout = publishedLayout(settings, image.diskBytes, backingBytes);
    const words = new Fvd2011Words(image, layout, settings.chunk, backingBytes);
    const backing = { file: image.files.length - 1, bytes: backingBytes };
    return {
      says: (_file, offset, request) => words.says(offset, request),
      recover: (survivors) => recover(survivors, layout, settings.chunk, backing),
    };
  };
