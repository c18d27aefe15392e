/** What a fresh open makes of the sectors that survived a crash. A model for each format; it knows neither when the host stopped nor what the guest expects. */
import type { Bytes } from '../../../sim/units.js';
import type { ImageFormat, LIVE } from '../../../models/io/image-format.js';
import type { Request } from './events.js';

/** What a sector of metadata says, in an order that only its recovery model reads. */
export type Words = readonly (number | string)[];
/** A sector on the host: metadata, or data by the mark of the guest's write; 0 for zeros. */
export type Cell = number | Words;
/** The sectors that survived; `offset` is a multiple of the sector. */
export type Survivors = (file: number, offset: Bytes) => Cell;
/** How long each file is after the crash. */
export type FileSizes = (file: number) => Bytes;

/** The part of the disk that a request in flight writes. */
export interface Range {
  readonly offset: Bytes;
  readonly bytes: Bytes;
}

/** Where a sector lies on the host. */
export interface Place {
  readonly file: number;
  readonly offset: Bytes;
}

export interface Recovered {
  /** By snapshot name or LIVE: where a sector of the disk lies on the host, or null for zeros. */
  readonly views: ReadonlyMap<string | typeof LIVE, (offset: Bytes) => Place | null>;
  /** Units that count as used and that nothing refers to. */
  readonly leaks: number;
  /** References to what counts as free, counts as one reference's alone though it has more, or is not there. */
  readonly dangling: number;
  /** Whether a program must repair the image before it opens for writing; the views are those after the repair. Absent: it opens. */
  readonly needsRepair?: boolean;
}

export interface RecoveryModel {
  /** What the sector of metadata at a place says when a write of it is planned, on behalf of a request. */
  says(file: number, offset: Bytes, request: Request): Words;
  /** Null where the image cannot be opened. */
  recover(survivors: Survivors, sizes: FileSizes): Recovered | null;
}

/** How a recovery model is made for an image of a disk of `diskBytes` over a raw backing image, which is the last file. */
export type MakeRecovery = (image: ImageFormat, backingBytes: Bytes) => RecoveryModel;
