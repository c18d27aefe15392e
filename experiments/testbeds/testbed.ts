/**
 * A test-bed: the machine of one paper, used by all of its figures. Every number says where it comes from; nothing in it is
 * set for one figure. A calibrated one names the claim it was set on.
 */
import type { CacheMode } from '../../models/io/image-format.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { DriveFile } from './drives/index.js';
import type { MemoryParameters } from './memory.js';
import type { StartParameters } from './starts.js';

export interface Parameter<T> {
  readonly value: T;
  readonly unit: string;
  /** stated: by the paper; published: by another document; derived: by arithmetic from such; assumption: by us; calibration: set so that a claim comes out. */
  readonly status: 'stated' | 'published' | 'derived' | 'assumption' | 'calibration';
  readonly source: string;
  /** Bounds within which an unstated number may lie. */
  readonly range?: readonly [T, T];
  /** The claim that a calibration was made on. */
  readonly calibratedOn?: string;
}

export interface TestBed {
  readonly about: string;
  readonly paper: string;
  /** The drive under the images, and in the server. */
  readonly drive: DriveFile;
  /** The host's I/O scheduler. */
  readonly scheduler: Parameter<string>;
  /** Requests that the drive holds at once. */
  readonly queueDepth: Parameter<number>;
  readonly writeCache: Parameter<boolean>;
  readonly cache: Parameter<CacheMode>;
  /** Requests that a virtual disk and its hypervisor have in flight at most. */
  readonly slots: Parameter<number>;
  /** Time that the host takes for an I/O of its own: system call, block layer, driver, interrupt, wake-up. */
  readonly hostOverhead: Parameter<Nanoseconds>;
  /** Time that the virtual device adds to a request. */
  readonly requestOverhead: Parameter<Nanoseconds>;
  /** Size of the virtual disk. */
  readonly virtualDisk: Parameter<Bytes>;
  /** Size of the image template that a copy-on-write image starts from. */
  readonly backingImage: Parameter<Bytes>;
  /** The network to the server that keeps image templates, on a drive of the same kind. */
  readonly network: { readonly roundTrip: Parameter<Nanoseconds>; /** Payload bytes a second. */ readonly rate: Parameter<number> };
  /** Where on the drive the partition of the image begins. */
  readonly partitionStart: Parameter<Bytes>;
  /** Memory of a host that holds pages of files. */
  readonly hostCache: Parameter<Bytes>;
  /** The virtual machines. */
  readonly guest: GuestParameters;
  /** The server that keeps image templates, or images. */
  readonly nfs: NfsParameters;
  /** What experiments with starting machines leave open, where the paper has any. */
  readonly starts?: StartParameters;
  /** Commands on images that a script runs in the host, where the paper times some: what each takes beside its I/O on the image. */
  readonly command?: { readonly fixedTime: Parameter<Nanoseconds> };
  /** How a benchmark is read where the paper sums it up, if it does. */
  readonly benchmark?: BenchmarkParameters;
  /** Snapshots of memory, where the paper has any. */
  readonly memory?: MemoryParameters;
}

export interface BenchmarkParameters {
  /** Weight of writes against reads where one number stands for both. */
  readonly writeShare: Parameter<number>;
}

export interface GuestParameters {
  /** Memory that holds pages of files. */
  readonly cache: Parameter<Bytes>;
  readonly processors: Parameter<number>;
  /** An exit to the hypervisor's process and back, with its part of a device's emulation: the processor does nothing else meanwhile. */
  readonly exitTime: Parameter<Nanoseconds>;
  /** Processor time of the guest's driver to submit a request, and again to complete it. */
  readonly driverTime: Parameter<Nanoseconds>;
  /** Factor on processor times of programs and file systems in a guest, against the host. */
  readonly slowdown: Parameter<number>;
}

export interface NfsParameters {
  readonly threads: Parameter<number>;
  /** Processor time of the server for a call, and for each byte of data in it. */
  readonly callTime: Parameter<Nanoseconds>;
  readonly byteTime: Parameter<Nanoseconds>;
  /** Memory of the server that holds pages of files. */
  readonly cache: Parameter<Bytes>;
  /** Most data in a READ or WRITE call. */
  readonly transfer: Parameter<Bytes>;
  /** Processors of the server. */
  readonly processors: Parameter<number>;
  /** Calls that a client has out at once, and those that it takes to open a file. */
  readonly calls: Parameter<number>;
  readonly openCalls: Parameter<number>;
  /** For so long a client believes what it was told of a file. */
  readonly attributeAge: Parameter<Nanoseconds>;
  /** What the server reads ahead, and its largest I/O to its drive. */
  readonly readAhead: Parameter<Bytes>;
  readonly largestIo: Parameter<Bytes>;
  /** Share of its memory for pages beyond which dirty ones are written back, and the age at which they are anyway. */
  readonly dirtyShare: Parameter<number>;
  readonly dirtyAge: Parameter<Nanoseconds>;
  /** Whether what is made durable is flushed from its drive's cache too. */
  readonly flushesDrive: Parameter<boolean>;
}
