/** Who is asked before something leaves a guest for the world outside: a snapshot method that must have saved the guest first. */
import type { Bytes } from '../../../sim/units.js';

export const enum Output {
  /** Bytes to the network. */
  NETWORK = 0,
  /** A write to the disk. */
  DISK = 1,
}

/** What becomes of an output. */
export const enum Passage {
  /** It leaves now. */
  GOES = 0,
  /** The guard keeps it and has it leave later; the guest goes on. A write to the disk is not kept. */
  KEPT = 1,
  /** The guest waits with it and asks again when whoever said so calls `retryWrites` of the machine. */
  WAITS = 2,
}

export interface OutputGuard {
  beforeOutput(kind: Output, bytes: Bytes): Passage;
}
