/** What a list of requests looks like: how large, how many of which kind, how far apart. Shares are of requests, 0 to 1. */
import { KiB, MiB, sectorBytes, type Bytes } from '../../../sim/units.js';
import { Region, type Regions } from './regions.js';
import type { RequestLog } from './request-log.js';

/** Quantiles that are compared. */
export const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99] as const;

export interface Measures {
  readonly requests: number;
  readonly mib: number;
  readonly meanKib: number;
  readonly meanReadKib: number;
  readonly meanWriteKib: number;
  readonly writeShare: number;
  /** Of requests: writes to the journal, and to bitmaps, inode tables and what describes them. */
  readonly journalShare: number;
  readonly tableShare: number;
  /** Of bytes: those written to the journal. */
  readonly journalByteShare: number;
  /** Requests that begin where the one before ended. */
  readonly sequentialShare: number;
  /** Of the writes to the journal: those that follow the one before, but for the end of a piece. It tells whether the journal lies where it is looked for. */
  readonly journalInOrder: number;
  /** At `quantiles`: sizes in KiB; MiB between the end of a request and the start of the next. */
  readonly readSizesKib: readonly number[];
  readonly writeSizesKib: readonly number[];
  readonly seeksMib: readonly number[];
}

/** A gap in the ring of a journal: blocks of its own map, and its superblock. */
const journalGap: Bytes = 16 * KiB;

export function measure(log: RequestLog, regions: Regions): Measures {
  const count = { writes: 0, journal: 0, tables: 0, sequential: 0, inOrder: 0 };
  const bytes = { all: 0, reads: 0, writes: 0, journal: 0 };
  const sizes = { reads: [] as number[], writes: [] as number[] };
  const seeks: number[] = [];
  let end = -1;
  let journalEnd = -1;
  for (let i = 0; i < log.size; i++) {
    const sector = log.sector[i]!;
    const size = log.sectors[i]! * sectorBytes;
    const isWrite = log.isWrite[i] === 1;
    const region = isWrite ? regions.of(sector) : Region.FILES;
    bytes.all += size;
    if (isWrite) bytes.writes += size;
    else bytes.reads += size;
    (isWrite ? sizes.writes : sizes.reads).push(size / KiB);
    if (isWrite) count.writes += 1;
    if (region === Region.TABLES) count.tables += 1;
    if (region === Region.JOURNAL) {
      count.journal += 1;
      bytes.journal += size;
      const gap = (sector - journalEnd) * sectorBytes;
      if (gap >= 0 && gap <= journalGap) count.inOrder += 1;
      journalEnd = sector + log.sectors[i]!;
    }
    if (end !== -1) {
      seeks.push((Math.abs(sector - end) * sectorBytes) / MiB);
      if (sector === end) count.sequential += 1;
    }
    end = sector + log.sectors[i]!;
  }
  const reads = log.size - count.writes;
  return {
    requests: log.size,
    mib: bytes.all / MiB,
    meanKib: bytes.all / log.size / KiB,
    meanReadKib: bytes.reads / reads / KiB,
    meanWriteKib: bytes.writes / count.writes / KiB,
    writeShare: count.writes / log.size,
    journalShare: count.journal / log.size,
    tableShare: count.tables / log.size,
    journalByteShare: bytes.journal / bytes.all,
    sequentialShare: count.sequential / log.size,
    journalInOrder: count.inOrder / count.journal,
    readSizesKib: atQuantiles(sizes.reads),
    writeSizesKib: atQuantiles(sizes.writes),
    seeksMib: atQuantiles(seeks),
  };
}

function atQuantiles(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return quantiles.map((q) => (sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!));
}
