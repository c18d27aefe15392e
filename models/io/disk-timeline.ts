/**
 * What a virtual disk does, as slices of a timeline: guest requests, the virtual processor that stands still while it submits one, who holds the
 * hypervisor's lock, I/O in service on the drive and over the network. It decides nothing.
 */
import type { Timeline } from '../../sim/timeline.js';
import type { Nanoseconds } from '../../sim/units.js';
import { Part, type HostIo } from './host-io.js';
import type { ImageFile } from './image-format.js';
import { Kind, Purpose } from './plan.js';

/** Names of operations, by Op. */
export const opNames = [
  'read',
  'write',
  'flush',
  'discard',
  'create',
  'open',
  'close',
  'snapshot',
  'apply',
  'delete',
  'open below',
  'open below',
  'save state',
  'load state',
  'write zeroes',
  'write zeroes',
] as const;

export class DiskTimeline {
  private readonly requests: number;
  private readonly processor: number;
  private readonly lock: number;
  private readonly drive: number;
  /** Of I/O on files that lie on a server; that of the drive where there are none. */
  private readonly network: number;
  private readonly held: number;
  private readonly submits: number;
  private readonly submittedAt: Float64Array;
  private readonly opNames: readonly number[];
  /** By purpose, then kind: read, write, flush. */
  private readonly ioNames: readonly (readonly number[])[];
  private heldSince: Nanoseconds = 0;

  /** @param files of the image, by number; those of a backing image lie on a server */
  constructor(
    private readonly timeline: Timeline,
    private readonly files: readonly ImageFile[],
    slots: number,
  ) {
    this.requests = timeline.addLane('guest requests');
    this.processor = timeline.addLane('vCPU');
    this.lock = timeline.addLane('hypervisor lock');
    this.drive = timeline.addLane('disk: I/O in service');
    this.network = files.some(({ role }) => role === 'backing') ? timeline.addLane('network and server: I/O in service') : this.drive;
    this.held = timeline.addName('held for blocking I/O');
    this.submits = timeline.addName('submits a request');
    this.submittedAt = new Float64Array(slots);
    this.opNames = opNames.map((op) => timeline.addName(op));
    this.ioNames = ['data', 'metadata', 'copy'].map((purpose) =>
      ['read', 'write', 'flush'].map((kind) => timeline.addName(`${purpose} ${kind}`)),
    );
  }

  submitted(r: number, now: Nanoseconds): void {
    this.submittedAt[r] = now;
  }

  /** The request is through its first stay in the main loop: the processor goes on. */
  accepted(r: number, now: Nanoseconds): void {
    this.timeline.slice(this.processor, this.submits, this.submittedAt[r]!, now);
  }

  lockTaken(now: Nanoseconds): void {
    this.heldSince = now;
  }

  lockFreed(now: Nanoseconds): void {
    this.timeline.slice(this.lock, this.held, this.heldSince, now);
  }

  /** From the end of its queueing to now. */
  ioDone(io: HostIo, now: Nanoseconds): void {
    if (io.kind > Kind.FLUSH) return;
    const purpose = io.purpose === Purpose.DATA ? 0 : io.purpose === Purpose.METADATA ? 1 : 2;
    const lane = this.files[io.file]?.role === 'backing' ? this.network : this.drive;
    this.timeline.slice(lane, this.ioNames[purpose]![io.kind]!, io.submitted + io.spent[Part.QUEUE]!, now);
  }

  requestDone(op: number, arrival: Nanoseconds, now: Nanoseconds): void {
    this.timeline.slice(this.requests, this.opNames[op] ?? this.opNames[0]!, arrival, now);
  }
}
