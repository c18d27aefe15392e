/**
 * What each request writes now, by slot: pieces of clusters, one behind another on the disk, and those that follow one another on the host
 * make a run. It knows no tables and no I/O.
 */
import type { Bytes } from '../../../sim/units.js';
import type { RequestId } from '../../io/image-format.js';

/** Most runs of one request that are on their way together. */
export const runsTogether = 8;
/** Of these, of a request that has more: once new clusters are taken. */
const runsTogetherWhenCrowded = 2;
/** No piece. */
export const none = -1;

/** Columns of one request's pieces. */
export interface Pieces {
  size: number;
  /** The part of the disk that they are written for. */
  offset: Bytes;
  bytes: Bytes;
  /** First guest cluster, first host cluster, and how many. */
  readonly guest: number[];
  readonly host: number[];
  readonly clusters: number[];
  /** Whether the piece begins a run. */
  readonly beginsRun: boolean[];
  /** Whether the L2 entries are still to be written: the clusters are new, or some of them are read as zeros so far. */
  readonly isNew: boolean[];
  /** Of these, whether the clusters have been the disk's own before. */
  readonly isKept: boolean[];
  /** Whether what is before the data in its first cluster, and behind it in its last, is to be written too. */
  readonly hasHead: boolean[];
  readonly hasTail: boolean[];
  /** Whether that is copied, and whether the copy is planned or done. */
  readonly isCopied: boolean[];
  readonly isCopyPlanned: boolean[];
  /** Of a run's first piece: whether the run waited for a copy, and is mapped after the others. */
  readonly isLate: boolean[];
  /** Whether any L2 entries are still to be written. */
  hasNew: boolean;
  /** How many pieces, from the first on, are mapped, and how many are to be mapped once what is planned is done. */
  linked: number;
  due: number;
  /** First piece of a run that is not written before those in front of it are mapped; none as a rule. */
  unwritten: number;
  /** Whether the request has more runs than are on their way together: a new one is mapped before the next but one is begun. */
  isCrowded: boolean;
}

export class RunPieces {
  private readonly slots: Pieces[];

  constructor(slots: number) {
    this.slots = Array.from({ length: slots }, () => ({
      size: 0,
      offset: 0,
      bytes: 0,
      guest: [],
      host: [],
      clusters: [],
      beginsRun: [],
      isNew: [],
      isKept: [],
      hasHead: [],
      hasTail: [],
      isCopied: [],
      isCopyPlanned: [],
      isLate: [],
      hasNew: false,
      linked: 0,
      due: 0,
      unwritten: none,
      isCrowded: false,
    }));
  }

  of(r: RequestId): Pieces {
    return this.slots[r]!;
  }

  /** Forgets the pieces of a request: it goes on at `offset`. */
  begin(r: RequestId, offset: Bytes): void {
    const pieces = this.slots[r]!;
    pieces.size = pieces.bytes = pieces.linked = pieces.due = 0;
    pieces.offset = offset;
    pieces.hasNew = false;
  }

  add(r: RequestId, guest: number, host: number, clusters: number, beginsRun: boolean, isNew: boolean): void {
    const pieces = this.slots[r]!;
    const i = pieces.size++;
    pieces.guest[i] = guest;
    pieces.host[i] = host;
    pieces.clusters[i] = clusters;
    pieces.beginsRun[i] = beginsRun;
    pieces.isNew[i] = pieces.hasHead[i] = pieces.hasTail[i] = isNew;
    pieces.isKept[i] = pieces.isCopied[i] = pieces.isCopyPlanned[i] = false;
  }

  /** The last piece's clusters are not new, but read as zeros so far: some of them, the first of them, the last of them. */
  keep(r: RequestId, hasHead: boolean, hasTail: boolean): void {
    const pieces = this.slots[r]!;
    const i = pieces.size - 1;
    pieces.isNew[i] = pieces.isKept[i] = true;
    pieces.hasHead[i] = hasHead;
    pieces.hasTail[i] = hasTail;
  }
}

/** Whether one more run may be begun beside `runs` others. */
export function mayBegin(pieces: Pieces, runs: number): boolean {
  return runs < (pieces.isCrowded && pieces.hasNew ? runsTogetherWhenCrowded : runsTogether);
}

/** Behind the last piece of the run that begins with piece `first`. */
export function endOfRun(pieces: Pieces, first: number): number {
  let end = first + 1;
  while (end < pieces.size && !pieces.beginsRun[end]) end += 1;
  return end;
}

/** The piece that is mapped next of the run that begins with piece `first`: the last one that is not mapped yet; `first` - 1 if all are. */
export function nextToMap(pieces: Pieces, first: number): number {
  let i = endOfRun(pieces, first) - 1;
  while (i >= first && !pieces.isNew[i]) i -= 1;
  return i;
}
