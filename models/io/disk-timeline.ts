/** What a virtual disk does, as slices of a timeline: guest requests, who holds the hypervisor's lock, host I/O in service. It decides nothing. */
import type { Timeline } from '../../sim/timeline.js';
import type { Nanoseconds } from '../../sim/units.js';
import { Part, type HostIo } from './host-io.js';
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
  private readonly lock: number;
  private readonly hostIo: number;
  private readonly held: number;
  private readonly opNames: readonly number[];
  /** By purpose, then kind: read, write, flush. */
  private readonly ioNames: readonly (readonly number[])[];
  private heldSince: Nanoseconds = 0;

  constructor(private readonly timeline: Timeline) {
    this.requests = timeline.addLane('guest requests');
    this.lock = timeline.addLane('hypervisor lock');
    this.hostIo = timeline.addLane('host I/O in service');
    this.held = timeline.addName('held for blocking I/O');
    this.opNames = opNames.map((op) => timeline.addName(op));
    this.ioNames = ['data', 'metadata', 'copy'].map((purpose) =>
      ['read', 'write', 'flush'].map((kind) => timeline.addName(`${purpose} ${kind}`)),
    );
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
    this.timeline.slice(this.hostIo, this.ioNames[purpose]![io.kind]!, io.submitted + io.spent[Part.QUEUE]!, now);
  }

  requestDone(op: number, arrival: Nanoseconds, now: Nanoseconds): void {
    this.timeline.slice(this.requests, this.opNames[op] ?? this.opNames[0]!, arrival, now);
  }
}
