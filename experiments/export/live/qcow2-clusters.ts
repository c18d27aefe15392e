/** The clusters of a real qcow2 file against those of an exported one, by what the simulated image uses each for. */
import { readFileSync } from 'node:fs';
import type { ClusterRole, Qcow2Tables } from '../../../models/formats/qcow2/inspect.js';

/** The header names features and the snapshot table has dates: these hold more than layout. */
const isCompared = (role: ClusterRole): boolean => role !== 'header' && role !== 'snaptable' && role !== 'leaked';

/** The first cluster whose bytes differ, in words; null where none does. */
export function differingCluster(real: string, exported: string, { clusterBytes, clusters }: Qcow2Tables): string | null {
  const [there, here] = [readFileSync(real), readFileSync(exported)];
  for (const [first, count, role] of clusters) {
    if (!isCompared(role)) continue;
    for (let cluster = first; cluster < first + count; cluster++) {
      const start = cluster * clusterBytes;
      if (!there.subarray(start, start + clusterBytes).equals(here.subarray(start, start + clusterBytes))) {
        return `cluster ${cluster} (${role}) differs`;
      }
    }
  }
  return null;
}
