/**
 * What an image format is: a layer that turns a guest's requests into host I/O, step by step. It knows no time.
 * A format is checked I/O by I/O against real drivers.
 */
import type { OptionSet, Values } from '../../sim/options.js';
import type { Bytes } from '../../sim/units.js';
import type { BackgroundTask } from './background-task.js';
import type { Plan } from './plan.js';
import type { RequestQueue } from './request-queue.js';

/** The first four are those of TraceOp. */
export const enum Op {
  READ = 0,
  WRITE = 1,
  FLUSH = 2,
  DISCARD = 3,
  CREATE = 4,
  OPEN = 5,
  CLOSE = 6,
  /** Control operations on the snapshot of the given name. */
  SNAPSHOT = 7,
  APPLY = 8,
  DELETE = 9,
  /** Read-only, by an overlay that names the format of its backing image: the hypervisor does not probe the file. */
  OPEN_KNOWN = 10,
  /** Read-only, by an overlay that does not: the hypervisor probes the file. */
  OPEN_BELOW = 11,
  /** A piece of the machine's state, at `offset` of it; the next SNAPSHOT keeps what was saved. */
  SAVE_STATE = 12,
  /** A piece of the state that belongs to the snapshot applied last. */
  LOAD_STATE = 13,
  /** Zeros, that an image may remember instead of writing them; it keeps the room. What knows no zeros writes them as data. */
  WRITE_ZEROES = 14,
  /** As WRITE_ZEROES, and an image may give the room back. */
  WRITE_ZEROES_UNMAP = 15,
}

/** What a request wants after a step. */
export const enum Next {
  /** Come back when the entries of this step are done. */
  CONTINUE = 0,
  /** The entries of this step end the request. */
  DONE = 1,
  /** No entries: wait until another request releases this one. */
  WAIT = 2,
}

/** A request in flight: a small number below the `slots` of the context, chosen by the caller, free again after DONE. */
export type RequestId = number;

/** The hypervisor's cache mode of the virtual disk. */
export type CacheMode = 'none' | 'writethrough' | 'writeback';

export interface FormatContext {
  /** Size of the virtual disk, a multiple of 512. */
  readonly diskBytes: Bytes;
  readonly cache: CacheMode;
  /** Most requests in flight at once. */
  readonly slots: number;
  /** The image that this one is laid over, opened read-only; null where there is none. */
  readonly backing: ImageFormat | null;
  /** The image's file name without its ending, `img0` if absent: a header may hold the name of the backing file. */
  readonly name?: string;
  /** Whether a range of the backing image holds only zeros, as found when this image was made; if absent, nothing is known of it. */
  readonly backingIsZero?: (offset: Bytes, bytes: Bytes) => boolean;
  /** Parts of the disk that typical uses of the backing image read, by priority: what a prefetching format brings in first. None if absent. */
  readonly profile?: readonly { readonly offset: Bytes; readonly bytes: Bytes }[];
  /** Of the random draws of background work; 0 if absent. */
  readonly seed?: number | string;
}

/** What a file of an image is for: a test-bed places it by its role. */
export type FileRole = 'image' | 'metadata' | 'data' | 'backing';

export interface ImageFile {
  readonly role: FileRole;
  /** As the format's own tools would name it, e.g. `img0.qcow2`. */
  readonly name: string;
  /** The file's size now. */
  bytes: Bytes;
}

/** Where a piece of a disk's content lives: file -1 for zeros that need no storage. */
export interface Extent {
  readonly guestOffset: Bytes;
  readonly bytes: Bytes;
  /** Index in `files`, or -1 for zeros. */
  readonly file: number;
  readonly offset: Bytes;
  /** Of zeros that an image's tables record: its file. Room that is kept for them lies at `offset` of it; 0 for none. */
  readonly recordedIn?: number;
}

/** The current state of the disk, as against a snapshot's name. */
export const LIVE = null;

export interface ImageFormat {
  /** As a header that refers to this image calls its format, e.g. `qcow2`. */
  readonly formatName: string;
  readonly diskBytes: Bytes;

  /** The cache mode of the sessions that OPEN begins from now on. Tools that work on an image at rest bring their own. */
  cache: CacheMode;

  /**
   * The files of this image and of its chain; an index here is the FileId of plans. An image's own files come first, then those of its
   * backing, then those that its snapshots have added.
   */
  readonly files: readonly ImageFile[];

  /** Takes request `r` in. Data requests are multiples of 512 inside the disk. `name` is a snapshot's, for control operations. */
  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name?: string): void;

  /** Appends the host I/O of the request's next step. Called first after `begin`, then after the last step's entries are done, or after a release. */
  step(r: RequestId, plan: Plan): Next;

  /**
   * Appends the host I/O of a read that the hypervisor's main loop waits for: how an overlay copies from its backing image.
   * Data entries are BLOCKING, with purpose COPY. The range is inside the disk.
   */
  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void;

  /** Requests that the last step set free, in order; the caller empties it and steps each. */
  readonly released: RequestQueue;

  /** Work that no request asked for, if there is any; task `k` counts as request `slots + k`. */
  readonly background?: readonly BackgroundTask[];

  /**
   * Where the content of a view lies, ascending, without gaps; `view` is a snapshot's name or LIVE. With `start` and `end`, what does not
   * touch that range may be left out. For tests, verification, export.
   */
  extents(view: string | typeof LIVE, start?: Bytes, end?: Bytes): Extent[];

  /** Host bytes that hold guest data or metadata now. */
  allocatedBytes(): Bytes;

  /** The format's own counters, by name (`L2 hits`, `L2 misses`, ...), since it was opened. */
  counters(): Readonly<Record<string, number>>;
}

/** A registered format: how to make one, and what it is. */
export interface ImageFormatModel<S extends OptionSet = OptionSet> {
  readonly about: string;
  /** Where its behaviour comes from. */
  readonly source: string;
  /** Whether an image keeps snapshots within itself: SNAPSHOT, APPLY and DELETE. */
  readonly hasSnapshots: boolean;
  /** Whether an image keeps the state of a machine with its snapshots: SAVE_STATE and LOAD_STATE. Where absent it refuses both. */
  readonly keepsState?: true;
  /** The longest name of a snapshot that its records keep, in bytes of UTF-8. Where absent they keep any, or none is known. */
  readonly longestSnapshotName?: Bytes;
  /** Whether an image can be laid over a backing image. */
  readonly hasBacking: boolean;
  readonly options: S;
  make(context: FormatContext, options: Values<S>): ImageFormat;
}
