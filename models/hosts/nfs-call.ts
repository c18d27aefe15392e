/** Calls of NFS version 3 between a client and a server: what they ask, and what they weigh on the wire. They know no time. */
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import { parts, type HostIo } from '../io/host-io.js';
import type { Flow } from '../network/network.js';

export const enum NfsOp {
  READ = 0,
  /** Data is in the server's memory when the answer comes. */
  WRITE_UNSTABLE = 1,
  /** Data is durable when the answer comes. */
  WRITE_STABLE = 2,
  /** Makes durable what was written unstable. */
  COMMIT = 3,
  /** LOOKUP, ACCESS, GETATTR: small questions. */
  ATTRIBUTES = 4,
  /** SETATTR with a size. */
  TRUNCATE = 5,
}

/** Record mark, RPC header, credentials, file handle of 32 bytes and arguments; in the answer attributes (RFC 1813, RFC 5531): most are within 30 bytes of these. */
const callBytes: Bytes = 150;
const replyBytes: Bytes = 130;

/** One call; pooled by its client. */
export class NfsCall {
  op: NfsOp = NfsOp.READ;
  /** The server's number of the file. */
  file = 0;
  offset: Bytes;
  bytes: Bytes;
  /** The I/O that it is a piece of. */
  io: HostIo | null = null;
  /** Where its time went, by Part; complete until `since`. */
  readonly spent = new Float64Array(parts);
  since: Nanoseconds;
  /** The flow that brings the answer back. */
  replies: Flow | null = null;
  next: NfsCall | null = null;

  /** @param tag its number as a message, of the call and of the answer */
  constructor(readonly tag: number) {
    // First a fraction, then the value: these fields then hold doubles for good and are never boxed anew.
    this.offset = this.bytes = this.since = 0.5;
    this.offset = this.bytes = this.since = 0;
  }

  get isWrite(): boolean {
    return this.op === NfsOp.WRITE_UNSTABLE || this.op === NfsOp.WRITE_STABLE;
  }

  get callBytes(): Bytes {
    return callBytes + (this.isWrite ? this.bytes : 0);
  }

  get replyBytes(): Bytes {
    return replyBytes + (this.op === NfsOp.READ ? this.bytes : 0);
  }

  /** The time until `now` went into `part`. */
  charge(part: number, now: Nanoseconds): void {
    this.spent[part]! += now - this.since;
    this.since = now;
  }
}
