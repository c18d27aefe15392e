/**
 * The two-level tables of a qcow2 image: an L1 table of L2 tables of host clusters, one L1 for the live disk and one for each snapshot.
 * L2 tables are shared between them, as their clusters are. An entry is a host cluster with the COPIED flag. They know no I/O.
 */
import type { Bytes } from '../../../sim/units.js';
import { entryBytes } from './geometry.js';

/** Entries of an L2 table: host cluster and COPIED flag. */
export type L2Table = Uint32Array;

/** Flag of an entry: one reference only, so it may be written in place. */
export const copied = 0x80000000;
/** Flag of an entry of version 3: the cluster reads as zeros, whatever is in its room, if it has any. */
export const zeros = 0x40000000;
const clusterMask = 0x3fffffff;

export const clusterOf = (entry: number): number => entry & clusterMask;
export const isCopied = (entry: number): boolean => (entry & copied) !== 0;
export const isZeros = (entry: number): boolean => (entry & zeros) !== 0;

export class L1Table {
  /** Host cluster of each L2 table with the COPIED flag; 0 where there is none. */
  entries: Uint32Array;
  readonly l2: (L2Table | null)[];

  constructor(size: number) {
    this.entries = new Uint32Array(size);
    this.l2 = new Array<L2Table | null>(size).fill(null);
  }

  /** What the table takes in the file. */
  get bytes(): Bytes {
    return this.entries.length * entryBytes;
  }

  /** Has `size` entries; what is new is empty. */
  resize(size: number): void {
    const { entries, l2 } = this;
    this.entries = new Uint32Array(size);
    this.entries.set(entries.subarray(0, size));
    l2.length = Math.min(l2.length, size);
    while (l2.length < size) l2.push(null);
  }

  /** Maps what `other` does, which is not longer, and nothing behind it. */
  copyFrom(other: L1Table): void {
    this.entries.fill(0).set(other.entries);
    for (let i = 0; i < this.l2.length; i++) this.l2[i] = other.l2[i] ?? null;
  }

  /** A table with the same entries; the L2 tables are shared. */
  copy(): L1Table {
    const table = new L1Table(this.entries.length);
    table.copyFrom(this);
    return table;
  }
}

/**
 * How many entries from `index` on, at most `limit`, map clusters that follow one another, all to be read as zeros or none; who else has
 * them does not matter.
 */
export function adjacentClusters(table: L2Table, index: number, limit: number): number {
  const first = table[index]! & ~copied;
  let n = 1;
  while (n < limit && (table[index + n]! & ~copied) === first + n) n += 1;
  return n;
}

/** Whether any of `clusters` entries from `index` on is read as zeros. */
export function anyZeros(table: L2Table, index: number, clusters: number): boolean {
  for (let i = index; i < index + clusters; i++) if (isZeros(table[i]!)) return true;
  return false;
}

/** How many entries follow one another that may all be written in place, zeros or not. */
export function adjacentCopied(table: L2Table, index: number, limit: number): number {
  const first = table[index]! & ~zeros;
  let n = 1;
  while (n < limit && (table[index + n]! & ~zeros) === first + n) n += 1;
  return n;
}

/** How many entries from `index` on say zeros and have no room. */
export function entriesOfZeros(table: L2Table, index: number, limit: number): number {
  let n = 0;
  while (n < limit && table[index + n] === zeros) n += 1;
  return n;
}

export function emptyEntries(table: L2Table, index: number, limit: number): number {
  let n = 0;
  while (n < limit && table[index + n] === 0) n += 1;
  return n;
}

/**
 * How many clusters from `index` on one allocation may cover: empty entries, and shared ones as long as they go on from the first entry.
 */
export function allocatableEntries(table: L2Table, index: number, limit: number): number {
  const first = table[index]!;
  let n = 0;
  while (n < limit) {
    if (first !== 0) while (n < limit && table[index + n] === first + n) n += 1;
    if (n >= limit || table[index + n] !== 0) break;
    n += emptyEntries(table, index + n, limit - n);
    if (n >= limit || isCopied(table[index + n]!)) break;
  }
  return n;
}
