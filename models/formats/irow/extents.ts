/** Where a state of an iROW disk lies: in its own pair, in those it goes back to, or below. For checks and export, not for speed. */
import type { Bytes } from '../../../sim/units.js';
import type { Extent, ImageFormat } from '../../io/image-format.js';
import { Content, type Plan } from '../../io/plan.js';
import { ExtentList } from '../backing.js';
import type { StateRecord } from './states.js';

export function extentsOf(state: StateRecord, diskBytes: Bytes, backing: ImageFormat | null, ownFiles: number): Extent[] {
  const list = new ExtentList(backing, ownFiles);
  addState(list, state, 0, diskBytes);
  return list.rows;
}

function addState(list: ExtentList, state: StateRecord | null, offset: Bytes, bytes: Bytes): void {
  if (state === null) {
    list.addFromBelow(offset, bytes);
    return;
  }
  const { present, data } = state.pair;
  for (let at = offset; at < offset + bytes;) {
    const run = present.run(at, offset + bytes - at);
    if (present.has(present.blockAt(at))) list.add(at, run, data.id, at);
    else addState(list, state.father, at, run);
    at += run;
  }
}

/**
 * Says that `bytes` bytes of a write, from its byte `from` on, hold what the disk shows at `offset`, as these extents say; zeros past
 * their end.
 */
export function holdsContent(plan: Plan, entry: number, offset: Bytes, bytes: Bytes, extents: readonly Extent[], from: Bytes = 0): void {
  const end = offset + bytes;
  let covered = offset;
  for (const extent of extents) {
    const low = Math.max(offset, extent.guestOffset);
    const high = Math.min(end, extent.guestOffset + extent.bytes);
    if (high <= low) continue;
    const at = from + low - offset;
    if (extent.file === -1) plan.holds(entry, at, high - low, Content.ZEROS, 0);
    else plan.holds(entry, at, high - low, Content.COPY, extent.offset + low - extent.guestOffset, extent.file);
    covered = high;
  }
  if (covered < end) plan.holds(entry, from + covered - offset, end - covered, Content.ZEROS, 0);
}
