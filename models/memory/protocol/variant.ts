/** How ConSnap's three savers may work together: what its paper leaves open, or claims not to matter. */

export type ClearTime = 'before-copy' | 'after-copy';

export interface ProtocolVariant {
  /** Virtual processors; one more actor writes by DMA, another is the active thread. */
  readonly processors: number;
  /** Whether handlers of faults and of DMA run one after the other, as in an emulator of one thread, or beside each other. */
  readonly handlers: 'in-turn' | 'concurrent';
  /** When the handlers, and when the thread, clear a page's bit in save_bitmap: before they copy it, or after. */
  readonly handlerClears: ClearTime;
  readonly threadClears: ClearTime;
  /** Which copy goes to the file where there are several: a handler's (the last or the first), the thread's, or the first of all. */
  readonly conflict: 'last-handler' | 'first-handler' | 'thread' | 'first-copy';
  /** Whether save_bitmap is locked from the test of a bit until it is cleared and the page is copied. */
  readonly isLocked: boolean;
}

/** The memory that is explored: each processor and the device write this often, any page. */
export interface ProtocolBounds {
  readonly pages: number;
  readonly writes: number;
}
