/** Copies what a snapshot has and its child has not into the child, run by run, the child's bitmap last. It knows no records. */
import { MiB, type Bytes } from '../../../sim/units.js';
import { Content, Purpose, type Plan } from '../../io/plan.js';
import { runOf } from './cluster-runs.js';
import type { StatePair } from './state-pair.js';

/** Longest piece of a copy: an assumption, the papers name none. */
const pieceBytes: Bytes = MiB;

export function mergeInto(plan: Plan, snapshot: StatePair, child: StatePair, diskBytes: Bytes): void {
  if (!child.isOpen) child.readBitmap(plan);
  const { blocks } = child.present;
  let isChanged = false;
  for (let at = 0; at < blocks;) {
    const run = Math.min(runOf(snapshot.present, at, blocks - at), runOf(child.present, at, blocks - at));
    if (snapshot.present.has(at) && !child.present.has(at)) {
      copyRun(plan, snapshot, child, at, run, diskBytes);
      child.markPresent(at, run);
      isChanged = true;
    }
    at += run;
  }
  if (!isChanged) return;
  child.data.flushAfterWrite(plan);
  child.writeBits(plan, 0, blocks);
}

function copyRun(plan: Plan, from: StatePair, to: StatePair, first: number, clusters: number, diskBytes: Bytes): void {
  const start = first * from.present.blockBytes;
  const end = Math.min(start + clusters * from.present.blockBytes, diskBytes);
  for (let at = start; at < end; at += pieceBytes) {
    const bytes = Math.min(pieceBytes, end - at);
    from.data.readSectors(plan, at, bytes, Purpose.COPY);
    const entry = plan.size;
    to.data.writeSectors(plan, at, bytes, Purpose.COPY);
    for (let i = entry; i < plan.size; i++) plan.holds(i, 0, plan.bytes[i]!, Content.COPY, plan.offset[i]!, from.data.id);
  }
}
