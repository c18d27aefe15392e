/**
 * Host I/O that a request causes, in columns. The caller owns the plan and reuses it. A plan knows no time.
 *
 * Entries are issued in order. A BLOCKING entry is done before the next one is issued, and holds the hypervisor's lock
 * meanwhile. An ASYNC entry is issued and left to itself; one with `after` is issued when that entry is done.
 * Entries that wait hold up those behind them.
 */
import type { Bytes } from '../../sim/units.js';

export const enum Kind {
  READ = 0,
  WRITE = 1,
  /** fdatasync of a file; offset and bytes are 0. */
  FLUSH = 2,
  /** fallocate with ZERO_RANGE. */
  ZERO = 3,
  PUNCH = 4,
  /** Sets a file's size to `offset`; bytes are 0. */
  TRUNCATE = 5,
  ALLOCATE = 6,
  /** An fallocate that the host refuses: tried, without effect. */
  REFUSED_ALLOCATE = 7,
  /** A probe for data or holes (lseek with SEEK_DATA). */
  SEEK_DATA = 8,
}

export const enum Mode {
  /** In the hypervisor's main loop: its lock is held, everything else of that VM waits. */
  BLOCKING = 0,
  ASYNC = 1,
  /** Nobody waits for it, neither the request nor another entry. */
  BACKGROUND = 2,
}

/** Why an I/O is done. */
export const enum Purpose {
  DATA = 0,
  METADATA = 1,
  /** The rest of a cluster that a partial write needs, from the old cluster or the backing file. */
  COPY = 2,
}

/** Index of a file in the format's `files`. */
export type FileId = number;

/** No entry to wait for. */
export const NONE = -1;

/** What part of a write holds; for a read, GUEST: which part of the guest's disk it brings. */
export const enum Content {
  ZEROS = 0,
  /** The guest's data, as the request brings it; source = guest offset. */
  GUEST = 1,
  /** What stands at another place of the host when the entry is issued; source = that offset, with its file. */
  COPY = 2,
  /** A table, header or record of the format; source = a number that only the format reads. */
  METADATA = 3,
}

export class Plan {
  size = 0;
  kind = new Uint8Array(16);
  mode = new Uint8Array(16);
  purpose = new Uint8Array(16);
  file = new Uint16Array(16);
  offset = new Float64Array(16);
  bytes = new Float64Array(16);
  after = new Int32Array(16);
  /** Added to the file of each entry: an overlay raises it while its backing image adds entries. */
  fileBase = 0;

  /**
   * Rows of content, filled only where `tracksContents`: (entry, from byte of it, bytes, what, source file, source).
   * Entry NONE with GUEST: a read gets this part from the format's memory, which holds what stands at byte `from` of the source file.
   */
  readonly contents: ContentRows | null;

  /** @param tracksContents whether writes say what they hold: for verification, crash checks and export */
  constructor(tracksContents = false) {
    this.contents = tracksContents ? new ContentRows() : null;
  }

  clear(): this {
    this.size = 0;
    if (this.contents !== null) this.contents.size = 0;
    return this;
  }

  /** Appends an entry and answers its index. */
  add(kind: Kind, mode: Mode, purpose: Purpose, file: FileId, offset: Bytes, bytes: Bytes, after = NONE): number {
    const i = this.size++;
    if (i === this.kind.length) this.grow();
    this.kind[i] = kind;
    this.mode[i] = mode;
    this.purpose[i] = purpose;
    this.file[i] = file + this.fileBase;
    this.offset[i] = offset;
    this.bytes[i] = bytes;
    this.after[i] = after;
    return i;
  }

  /** Whether steps should say what entries hold. */
  get tracksContents(): boolean {
    return this.contents !== null;
  }

  /** Says what `bytes` bytes of entry `entry`, from its byte `from` on, hold. */
  holds(entry: number, from: Bytes, bytes: Bytes, what: Content, source: number, sourceFile: FileId = 0): void {
    if (this.contents !== null) this.contents.add(entry, from, bytes, what, source, sourceFile + this.fileBase);
  }

  private grow(): void {
    const length = this.kind.length * 2;
    const wider = (from: Uint8Array): Uint8Array<ArrayBuffer> => {
      const to = new Uint8Array(length);
      to.set(from);
      return to;
    };
    const widerNumbers = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(length);
      to.set(from);
      return to;
    };
    this.kind = wider(this.kind);
    this.mode = wider(this.mode);
    this.purpose = wider(this.purpose);
    const file = new Uint16Array(length);
    file.set(this.file);
    this.file = file;
    this.offset = widerNumbers(this.offset);
    this.bytes = widerNumbers(this.bytes);
    const after = new Int32Array(length);
    after.set(this.after);
    this.after = after;
  }
}

/** What the writes of one plan hold. For checks, not for speed. */
export class ContentRows {
  size = 0;
  readonly entry: number[] = [];
  readonly from: number[] = [];
  readonly bytes: number[] = [];
  readonly what: Content[] = [];
  readonly source: number[] = [];
  readonly sourceFile: number[] = [];

  /** Of the rows from `first` on, which say what reads bring, only what lies from `start` to `end` of the disk is wanted. */
  clip(first: number, start: number, end: number): void {
    for (let i = first; i < this.size; i++) {
      const source = Math.max(this.source[i]!, start);
      const wanted = Math.min(this.source[i]! + this.bytes[i]!, end) - source;
      this.from[i]! += source - this.source[i]!;
      this.source[i] = source;
      this.bytes[i] = Math.max(0, wanted);
    }
  }

  add(entry: number, from: Bytes, bytes: Bytes, what: Content, source: number, sourceFile: FileId): void {
    const i = this.size++;
    this.entry[i] = entry;
    this.from[i] = from;
    this.bytes[i] = bytes;
    this.what[i] = what;
    this.source[i] = source;
    this.sourceFile[i] = sourceFile;
  }
}
