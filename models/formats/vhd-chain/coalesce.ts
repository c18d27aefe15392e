/**
 * Merges a VHD file into its parent: sectors that it holds are copied over the parent's, block by block, each block done before the next.
 * The disk is paused meanwhile, so all is BLOCKING. It knows no tree.
 */
import { sectorBytes, type Bytes } from '../../../sim/units.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import type { Vhd } from './vhd.js';

/** Answers how many bytes were copied. */
export function coalesce(child: Vhd, parent: Vhd, plan: Plan): Bytes {
  let copied = 0;
  for (let block = 0; block < child.blocks; block++) if (child.isAllocated(block)) copied += coalesceBlock(child, parent, block, plan);
  return copied;
}

function coalesceBlock(child: Vhd, parent: Vhd, block: number, plan: Plan): Bytes {
  if (!child.isFull(block)) readBitmap(child, block, plan);
  const isNew = !parent.isAllocated(block);
  if (isNew) {
    parent.allocate(block);
    const entry = plan.add(Kind.WRITE, Mode.BLOCKING, Purpose.METADATA, parent.id, parent.bitmapPlaceOf(block), sectorBytes);
    plan.holds(entry, 0, sectorBytes, Content.METADATA, block);
  } else if (!parent.isFull(block)) readBitmap(parent, block, plan);
  const copied = copySectors(child, parent, block, plan);
  writeSector(parent, parent.bitmapPlaceOf(block), plan);
  if (isNew) writeSector(parent, parent.batSectorOf(block), plan);
  return copied;
}

function copySectors(child: Vhd, parent: Vhd, block: number, plan: Plan): Bytes {
  const end = (block + 1) * child.blockBytes;
  let copied = 0;
  for (let at = block * child.blockBytes; at < end;) {
    const run = child.run(at, end - at);
    if (child.has(at)) {
      plan.add(Kind.READ, Mode.BLOCKING, Purpose.COPY, child.id, child.placeOf(at), run);
      const entry = plan.add(Kind.WRITE, Mode.BLOCKING, Purpose.COPY, parent.id, parent.placeOf(at), run);
      plan.holds(entry, 0, run, Content.COPY, child.placeOf(at), child.id);
      parent.mark(at, run);
      copied += run;
    }
    at += run;
  }
  return copied;
}

function readBitmap(vhd: Vhd, block: number, plan: Plan): void {
  plan.add(Kind.READ, Mode.BLOCKING, Purpose.METADATA, vhd.id, vhd.bitmapPlaceOf(block), sectorBytes);
}

function writeSector(vhd: Vhd, place: Bytes, plan: Plan): void {
  const entry = plan.add(Kind.WRITE, Mode.BLOCKING, Purpose.METADATA, vhd.id, place, sectorBytes);
  plan.holds(entry, 0, sectorBytes, Content.METADATA, place, vhd.id);
}
