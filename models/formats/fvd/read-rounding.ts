/** Reads from below that are rounded to whole blocks, so that they can be saved; the guest takes its part of them. It knows no I/O. */
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import { keepReadParts } from '../backing.js';

/** Keeps of what a rounded read brings, from row `firstRow` on, the part that lies in the request, from `start` to `end`. */
export function keepWithin(plan: Plan, firstRow: number, start: Bytes, end: Bytes): void {
  if (!plan.tracksContents) return;
  keepReadParts(plan, firstRow, (offset, bytes) => {
    if (offset < start) return { bytes: Math.min(bytes, start - offset), isTaken: false };
    return offset < end ? { bytes: Math.min(bytes, end - offset), isTaken: true } : { bytes, isTaken: false };
  });
}
