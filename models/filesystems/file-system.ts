/**
 * A mounted file system: carries out operations on files in simulated time over a block device. A guest mounts one on its virtual disk,
 * a host one on its drive, to keep images as files. It knows neither the program above nor the device below.
 */
import { FileOp } from '../../traces/files/file-operation.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { FileNumber } from './file-layout.js';

/** Where the time of a file request went: the first cells are those of Part, of the device I/O that it waited for; these follow. */
export const enum FilePart {
  /** Held back because too much of the memory was dirty. */
  THROTTLED = 5,
  /** For the journal: a commit, or room for changes. */
  JOURNAL = 6,
  /** For another request at work on the same file, or for pages on their way. */
  CONFLICT = 7,
  /** The file system's own processor time, copying included. */
  CPU = 8,
}
export const fileParts = 9;

export interface FileOwner {
  /** The request is done. Called from an event of its own, never from within `submit`. */
  fileDone(request: FileRequest): void;
}

/** One operation under way. The objects are pooled by whoever issues them. */
export class FileRequest {
  op: FileOp = FileOp.READ;
  file: FileNumber = 0;
  directory: FileNumber = 0;
  offset: Bytes;
  bytes: Bytes;
  /** O_DIRECT: data passes the page cache by; offset and bytes are multiples of 512. */
  direct = false;
  /** A write that is done when its data and the metadata to find it are durable (O_DSYNC). */
  synchronous = false;
  /** The owner's own mark. */
  tag = 0;
  submitted: Nanoseconds;
  /** Where the time went, by Part and FilePart, in whole nanoseconds: sums to the time from submission to completion. Filled before `fileDone`. */
  readonly spent = new Float64Array(fileParts);
  /** For queues. */
  next: FileRequest | null = null;

  constructor(readonly owner: FileOwner) {
    // First a fraction, then the value: these fields then hold doubles for good and are never boxed anew.
    this.offset = this.bytes = this.submitted = 0.5;
    this.offset = this.bytes = this.submitted = 0;
  }
}

export interface FileSystem {
  /** Takes the operations of FileOp but COMPUTE and PHASE. Several may be under way. A READ ends at the file's end. */
  submit(request: FileRequest): void;
  /** Size of a file now. */
  size(file: FileNumber): Bytes;
  /** Pieces of changed data and metadata that are not on the device yet, in bytes. */
  dirtyBytes(): Bytes;
}
