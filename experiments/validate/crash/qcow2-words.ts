/** What the sectors of a qcow2 image's metadata say, by the image's tables as they are when a write is planned. It knows no crash. */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { copied } from '../../../models/formats/qcow2/tables.js';
import type { Qcow2Tables, TableMap } from '../../../models/formats/qcow2/inspect.js';
import { Op } from '../../../models/io/image-format.js';
import type { Request } from './events.js';
import type { Words } from './recovery.js';

export const entryBytes: Bytes = 8;
export const entriesPerSector = sectorBytes / entryBytes;
export const countsPerSector = sectorBytes / 2;

/** What the header's first sector says; all places are in bytes. */
export interface HeaderWords {
  readonly l1Offset: Bytes;
  readonly l1Entries: number;
  readonly refcountTableOffset: Bytes;
  readonly refcountTableClusters: number;
  readonly snapshotTableOffset: Bytes;
  readonly snapshots: number;
}

const headerWords = (tables: Qcow2Tables): Words => [
  tables.l1Offset,
  tables.l1Entries,
  tables.refcountTableOffset,
  tables.refcountTableClusters,
  tables.snapshotTableOffset,
  tables.snapshotsInHeader,
];

export function readHeader(words: Words): HeaderWords {
  const [l1Offset, l1Entries, refcountTableOffset, refcountTableClusters, snapshotTableOffset, snapshots] = words as number[];
  return {
    l1Offset: l1Offset!,
    l1Entries: l1Entries!,
    refcountTableOffset: refcountTableOffset!,
    refcountTableClusters: refcountTableClusters!,
    snapshotTableOffset: snapshotTableOffset!,
    snapshots: snapshots!,
  };
}

const entryOf = (cluster: number, flag: number): number => (flag === 1 ? cluster + copied : cluster);

/** Entries of an L1 table from `first` on, as many as a sector holds. */
const l1Words = ({ l2 }: TableMap, first: number): Words => {
  const words = new Array<number>(entriesPerSector).fill(0);
  for (const [index, cluster, flag] of l2)
    if (index >= first && index < first + entriesPerSector) words[index - first] = entryOf(cluster, flag);
  return words;
};

/** Entries of the table of L1 index `l1Index`, of `l2Entries` entries, from its entry `first` on. */
const l2Words = ({ map }: TableMap, l1Index: number, l2Entries: number, first: number): Words => {
  const words = new Array<number>(entriesPerSector).fill(0);
  const start = l1Index * l2Entries + first;
  for (const [guest, n, cluster, flag] of map) {
    for (let i = Math.max(0, start - guest); i < n && guest + i < start + entriesPerSector; i++)
      words[guest + i - start] = entryOf(cluster + i, flag);
  }
  return words;
};

const countWords = ({ clusters }: Qcow2Tables, first: number): Words => {
  const words = new Array<number>(countsPerSector).fill(0);
  for (const [start, n, , count] of clusters) {
    for (let i = Math.max(0, first - start); i < n && start + i < first + countsPerSector; i++) words[start + i - first] = count;
  }
  return words;
};

/** The first L1 index of a write that does not own its L2 table: the one for which a new table is on its way to the disk. */
function indexBeingMade({ active }: Qcow2Tables, l2Span: Bytes, { op, offset, bytes }: Request): number {
  if (op !== Op.WRITE) return -1;
  for (let index = Math.floor(offset / l2Span); index * l2Span < offset + bytes; index++) {
    if (active.l2.find(([at]) => at === index)?.[2] !== 1) return index;
  }
  return -1;
}

/** What the sector at `offset` says now: of which structure it is part, the tables tell; a new L2 table is in none of them yet. */
export function wordsAt(tables: Qcow2Tables, offset: Bytes, request: Request): Words {
  const { clusterBytes, active, snapshots } = tables;
  const l2Entries = clusterBytes / entryBytes;
  const cluster = Math.floor(offset / clusterBytes);
  const inCluster = (offset % clusterBytes) / sectorBytes;
  if (cluster === 0) return inCluster === 0 ? headerWords(tables) : [];
  for (const { view, start, entries } of [
    { view: active, start: tables.l1Offset, entries: tables.l1Entries },
    ...snapshots.map((snapshot) => ({ view: snapshot, start: snapshot.l1Offset, entries: snapshot.l1Entries })),
  ]) {
    const end = start + Math.ceil((entries * entryBytes) / clusterBytes) * clusterBytes;
    if (offset >= start && offset < end) return l1Words(view, (offset - start) / entryBytes);
  }
  const inTable = offset - tables.refcountTableOffset;
  if (inTable >= 0 && inTable < tables.refcountTableClusters * clusterBytes) {
    const first = inTable / entryBytes;
    return Array.from({ length: entriesPerSector }, (_, i) => tables.refcountBlocks[first + i] ?? 0);
  }
  const block = tables.refcountBlocks.indexOf(cluster);
  if (block !== -1) return countWords(tables, (block * clusterBytes) / 2 + inCluster * countsPerSector);
  if (snapshots.length > 0 && offset === tables.snapshotTableOffset) return snapshots.flatMap(({ name, l1Offset }) => [name, l1Offset]);
  for (const view of [active, ...snapshots]) {
    const found = view.l2.find(([, place]) => place === cluster);
    if (found !== undefined) return l2Words(view, found[0], l2Entries, inCluster * entriesPerSector);
  }
  const index = indexBeingMade(tables, clusterBytes * l2Entries, request);
  if (index !== -1) return l2Words(active, index, l2Entries, inCluster * entriesPerSector);
  throw new Error(`metadata at byte ${offset} is part of no structure of the image`);
}
