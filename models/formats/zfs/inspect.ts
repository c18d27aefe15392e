/** What the metadata of a pool says at the moment: roots, indirect blocks, the log. For crash checks; it knows no requests. */
import type { Bytes } from '../../../sim/units.js';
import type { SharedPlaces } from '../shared-places.js';
import type { IndirectBlock } from './block-tree.js';

/** An indirect block as it is written. */
export interface ZfsBlock {
  readonly level: number;
  /** Where each of its pointers leads; -1 for a hole. */
  readonly pointers: readonly Bytes[];
}

export interface ZfsTables {
  readonly recordBytes: Bytes;
  readonly indirectBytes: Bytes;
  /** Transaction groups written, with the one whose uberblocks are being written. */
  readonly groups: number;
  /** Records written to the intent log, with the one that is being written. */
  readonly logRecords: number;
  /** Where the request that is being carried out puts its records. */
  readonly taken: readonly Bytes[];
  /** Name and root of the live disk (an empty name) and of each snapshot. */
  readonly roots: readonly (readonly [string, Bytes])[];
  /** By the place of each. */
  readonly blocks: ReadonlyMap<Bytes, ZfsBlock>;
}

const hole = -1;

/** Adds a tree's blocks that have places. */
export function describeTree(root: IndirectBlock, records: SharedPlaces, indirects: SharedPlaces, blocks: Map<Bytes, ZfsBlock>): void {
  const placeOf = (block: IndirectBlock | null): Bytes => (block === null || block.place === hole ? hole : indirects.offsetOf(block.place));
  const pointers =
    root.records === null
      ? root.children.map(placeOf)
      : Array.from(root.records, (record) => (record === 0 ? hole : records.offsetOf(record - 1)));
  if (root.place !== hole) blocks.set(placeOf(root), { level: root.level, pointers });
  for (const child of root.children) if (child !== null) describeTree(child, records, indirects, blocks);
}
