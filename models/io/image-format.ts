/**
 * What an image format is: a layer that turns a guest's requests into host I/O, step by step. It knows no time.
 * A format is checked I/O by I/O against real drivers.
 */
import type { OptionSet, Values } from '../../sim/options.js';
import type { Bytes } from '../../sim/units.js';
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
}

/** The current state of the disk, as against a snapshot's name. */
export const LIVE = null;

export interface ImageFormat {
  /** The files of this image and of its chain; an index here is the FileId of plans. An image's own files come first, then those of its backing. */
  readonly files: readonly ImageFile[];

  /** Takes request `r` in. Data requests are multiples of 512 inside the disk. `name` is a snapshot's, for control operations. */
  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name?: string): void;

  /** Appends the host I/O of the request's next step. Called first after `begin`, then after the last step's entries are done, or after a release. */
  step(r: RequestId, plan: Plan): Next;

  /** Requests that the last step set free, in order; the caller empties it and steps each. */
  readonly released: RequestQueue;

  /** Where the content of a view lies, ascending, without gaps; `view` is a snapshot's name or LIVE. For tests, verification, export. */
  extents(view: string | typeof LIVE): Extent[];

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
  readonly options: S;
  make(context: FormatContext, options: Values<S>): ImageFormat;
}
