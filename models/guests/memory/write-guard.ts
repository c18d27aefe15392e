/** Who is asked before a guest's memory changes: a snapshot method that still needs what the page holds. */
import type { Charges } from './charges.js';

export const enum Writer {
  PROCESSOR = 0,
  /** A device of the machine, by DMA: nothing faults. */
  DEVICE = 1,
}

export interface WriteGuard {
  /** Whether writes of devices are to be announced too. */
  readonly watchesDevices: boolean;
  /**
   * A page is about to be written: one that is protected, by a processor, or any, by a device. `charges` are the writer's.
   * False where the writer has to wait; whoever said so calls `retryWrites` of the machine when it may go on.
   */
  beforeWrite(page: number, writer: Writer, charges: Charges): boolean;
}
