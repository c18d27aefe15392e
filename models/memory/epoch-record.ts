/** What one snapshot cost, in numbers. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { EpochKind } from './memory-image.js';

export interface EpochRecord {
  readonly kind: EpochKind;
  readonly begun: Nanoseconds;
  /** When memory was as the image says. */
  instant: Nanoseconds;
  ended: Nanoseconds;
  /** From suspend to resume, the wait for the disk to be idle included. */
  downtime: Nanoseconds;
  /** Pages by who saved them; but for those below, each is an entry of the file. */
  pagesByThread: number;
  pagesByFault: number;
  /** Saved because a neighbour faulted. */
  pagesByNeighbour: number;
  pagesByDevice: number;
  /** Of these: pages that a reduction left out, and those that took the place of an entry before. */
  pagesLeftOut: number;
  pagesReplaced: number;
  /** Of these: pages that were never written, which a method may mark in place of saving them. */
  zeroPages: number;
  /** Bytes of pages and their headers in the file. */
  bytes: Bytes;
  /** Times that the dirty log was taken. */
  rounds: number;
  /** False where a method gave up before the remaining pages were few enough. */
  converged: boolean;
  /** True where there is no snapshot in the end: no image is kept. */
  gaveUp: boolean;
  /** What left the guest while this was being committed: how often, and how long it was kept, in all and at most. */
  outputs: number;
  outputDelay: Nanoseconds;
  outputDelayMax: Nanoseconds;
}

export const newRecord = (kind: EpochKind, begun: Nanoseconds): EpochRecord => ({
  kind,
  begun,
  instant: 0,
  ended: 0,
  downtime: 0,
  pagesByThread: 0,
  pagesByFault: 0,
  pagesByNeighbour: 0,
  pagesByDevice: 0,
  pagesLeftOut: 0,
  pagesReplaced: 0,
  zeroPages: 0,
  bytes: 0,
  rounds: 0,
  converged: true,
  gaveUp: false,
  outputs: 0,
  outputDelay: 0,
  outputDelayMax: 0,
});

/** Entries in the file of a snapshot. */
export const pagesSaved = (record: EpochRecord): number =>
  record.pagesByThread + record.pagesByFault + record.pagesByNeighbour + record.pagesByDevice - record.pagesLeftOut - record.pagesReplaced;
