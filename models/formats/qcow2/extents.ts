/** Where a view of a qcow2 image's disk lies, by its L1 table. For checks and export, not for speed. */
import type { Bytes } from '../../../sim/units.js';
import type { Extent, ImageFormat } from '../../io/image-format.js';
import { ExtentList } from '../backing.js';
import type { Geometry } from './geometry.js';
import { clusterOf, isZeros, type L1Table } from './tables.js';

export function extentsOf(l1: L1Table, geometry: Geometry, diskBytes: Bytes, backing: ImageFormat | null, ownFiles: number): Extent[] {
  const { clusterBytes, l2Entries, l2Span } = geometry;
  const list = new ExtentList(backing, ownFiles);
  for (let i = 0; i * l2Span < diskBytes; i++) {
    const start = i * l2Span;
    const table = l1.l2[i] ?? null;
    if (table === null) {
      list.addFromBelow(start, Math.min(l2Span, diskBytes - start));
      continue;
    }
    for (let j = 0; j < l2Entries && start + j * clusterBytes < diskBytes; j++) {
      const at = start + j * clusterBytes;
      const bytes = Math.min(clusterBytes, diskBytes - at);
      const cluster = clusterOf(table[j]!);
      if (isZeros(table[j]!)) list.addZeros(at, bytes, 0, cluster * clusterBytes);
      else if (cluster === 0) list.addFromBelow(at, bytes);
      else list.add(at, bytes, 0, cluster * clusterBytes);
    }
  }
  return list.rows;
}
