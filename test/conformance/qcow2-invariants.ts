/** What holds of a qcow2 image's tables at any time between requests. */
import { expect } from 'chai';
import type { Qcow2Tables, TableMap } from '../../models/formats/qcow2/inspect.js';

/** Checks that counts equal references, that flags equal counts, that nothing leaks and no cluster has two uses. */
export function checkTables(tables: Qcow2Tables): void {
  const references = new Map<number, number>();
  const refer = (cluster: number): void => void references.set(cluster, (references.get(cluster) ?? 0) + 1);
  for (const view of [tables.active, ...tables.snapshots]) countReferences(view, refer);
  const counts = new Map<number, number>();
  for (const [first, n, role, count] of tables.clusters) {
    expect(role, `clusters ${first} to ${first + n - 1}`).to.not.equal('leaked');
    for (let cluster = first; cluster < first + n; cluster++) {
      counts.set(cluster, count);
      const isShared = role === 'l2' || role === 'data';
      expect(count, `references to cluster ${cluster} (${role})`).to.equal(isShared ? references.get(cluster) : 1);
      if (!isShared) expect(references.has(cluster), `a table entry for cluster ${cluster} (${role})`).to.equal(false);
    }
  }
  for (const [, cluster, flag] of tables.active.l2)
    expect(flag, `COPIED of L2 table ${cluster}`).to.equal(counts.get(cluster) === 1 ? 1 : 0);
  for (const [, n, first, flag] of tables.active.map) {
    for (let i = 0; i < n; i++) expect(flag, `COPIED of cluster ${first + i}`).to.equal(counts.get(first + i) === 1 ? 1 : 0);
  }
}

function countReferences({ l2, map }: TableMap, refer: (cluster: number) => void): void {
  for (const [, cluster] of l2) refer(cluster);
  for (const [, n, first] of map) for (let i = 0; i < n; i++) refer(first + i);
}
