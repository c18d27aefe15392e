/** A qcow2 image's tables in the open: what its metadata says, for checks and export. Plain data, no I/O. */
import type { Bytes } from '../../../sim/units.js';
import { entryBytes, type Geometry } from './geometry.js';
import type { DiskMap } from './disk-map.js';
import type { RefcountBlocks } from './refcount-blocks.js';
import type { SnapshotList } from './snapshot-list.js';
import { clusterOf, isCopied, type L1Table } from './tables.js';

export type ClusterRole = 'header' | 'l1' | 'reftable' | 'refblock' | 'snap_l1' | 'snaptable' | 'l2' | 'data' | 'leaked';

export interface TableMap {
  /** L1 index, host cluster of the L2 table, COPIED. */
  readonly l2: (readonly [number, number, number])[];
  /** Guest cluster, how many follow in step, host cluster, COPIED. */
  readonly map: (readonly [number, number, number, number])[];
}

export interface SnapshotTables extends TableMap {
  readonly id: string;
  readonly name: string;
  readonly l1Offset: Bytes;
  readonly l1Entries: number;
  /** Of the machine's state, whose clusters its tables map behind the disk's end. */
  readonly stateBytes: Bytes;
}

export interface Qcow2Tables {
  readonly version: number;
  readonly clusterBytes: Bytes;
  readonly l1Offset: Bytes;
  readonly l1Entries: number;
  readonly refcountTableOffset: Bytes;
  readonly refcountTableClusters: number;
  /** Host cluster of each refcount block by its index in the table; 0 for none. */
  readonly refcountBlocks: readonly number[];
  readonly snapshotTableOffset: Bytes;
  readonly snapshotsInHeader: number;
  readonly active: TableMap;
  readonly snapshots: SnapshotTables[];
  /** Runs of like clusters: first, how many, role, reference count. */
  readonly clusters: (readonly [number, number, ClusterRole, number])[];
}

export function inspectTables(
  version: number,
  geometry: Geometry,
  refcounts: RefcountBlocks,
  mapping: DiskMap,
  snapshots: SnapshotList,
): Qcow2Tables {
  const { clusterBytes } = geometry;
  return {
    version,
    clusterBytes,
    l1Offset: mapping.l1Offset,
    l1Entries: mapping.l1.entries.length,
    refcountTableOffset: refcounts.tableOffset,
    refcountTableClusters: (refcounts.tableEntries * entryBytes) / clusterBytes,
    refcountBlocks: [...refcounts.blockClusters],
    snapshotTableOffset: snapshots.tableOffset,
    snapshotsInHeader: snapshots.countInHeader,
    active: tableMap(mapping.l1),
    snapshots: snapshots.list.map(({ id, name, l1, l1Offset, stateBytes }) => ({
      id,
      name,
      l1Offset,
      l1Entries: l1.entries.length,
      stateBytes,
      ...tableMap(l1),
    })),
    clusters: clusterRuns(refcounts, rolesOf(geometry, refcounts, mapping, snapshots)),
  };
}

function tableMap(l1: L1Table): TableMap {
  const l2: [number, number, number][] = [];
  const map: [number, number, number, number][] = [];
  l1.l2.forEach((table, i) => {
    if (table === null) return;
    l2.push([i, clusterOf(l1.entries[i]!), Number(isCopied(l1.entries[i]!))]);
    table.forEach((entry, j) => {
      if (clusterOf(entry) === 0) return;
      const guest = i * table.length + j;
      const flag = Number(isCopied(entry));
      const last = map[map.length - 1];
      const goesOn = last !== undefined && last[0] + last[1] === guest && last[2] + last[1] === clusterOf(entry) && last[3] === flag;
      if (goesOn) last[1] += 1;
      else map.push([guest, 1, clusterOf(entry), flag]);
    });
  });
  return { l2, map };
}

/** What each cluster is for that the metadata points to. A cluster with two uses keeps the first one of a list by strength. */
function rolesOf(geometry: Geometry, refcounts: RefcountBlocks, mapping: DiskMap, snapshots: SnapshotList): Map<number, ClusterRole> {
  const roles = new Map<number, ClusterRole>([[0, 'header']]);
  const place = (offset: Bytes, bytes: Bytes, role: ClusterRole): void => {
    const first = offset / geometry.clusterBytes;
    for (let i = 0; i < geometry.clustersOf(bytes); i++) roles.set(first + i, role);
  };
  place(mapping.l1Offset, mapping.l1Bytes, 'l1');
  place(refcounts.tableOffset, refcounts.tableEntries * entryBytes, 'reftable');
  for (const cluster of refcounts.blockClusters) if (cluster !== 0) roles.set(cluster, 'refblock');
  if (snapshots.list.length > 0) place(snapshots.tableOffset, snapshots.tableBytes, 'snaptable');
  for (const { l1Offset, l1 } of snapshots.list) place(l1Offset, l1.bytes, 'snap_l1');
  for (const l1 of [mapping.l1, ...snapshots.list.map((snapshot) => snapshot.l1)]) {
    l1.l2.forEach((table, i) => {
      if (table === null) return;
      roles.set(clusterOf(l1.entries[i]!), 'l2');
      for (const entry of table) if (clusterOf(entry) !== 0 && !roles.has(clusterOf(entry))) roles.set(clusterOf(entry), 'data');
    });
  }
  return roles;
}

function clusterRuns(refcounts: RefcountBlocks, roles: ReadonlyMap<number, ClusterRole>): [number, number, ClusterRole, number][] {
  const used = refcounts.used();
  const clusters = [...new Set([...roles.keys(), ...used])].sort((a, b) => a - b);
  const runs: [number, number, ClusterRole, number][] = [];
  for (const cluster of clusters) {
    const role = roles.get(cluster) ?? 'leaked';
    const count = refcounts.peek(cluster);
    const last = runs[runs.length - 1];
    if (last !== undefined && last[0] + last[1] === cluster && last[2] === role && last[3] === count) last[1] += 1;
    else runs.push([cluster, 1, role, count]);
  }
  return runs;
}
