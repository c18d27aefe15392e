/** The tables of an iROW image in the names and the shape of the truth files. */
import type { IrowTables } from '../../../models/formats/irow/inspect.js';
import type { Bytes } from '../../../sim/units.js';

export function irowTables(tables: IrowTables, diskBytes: Bytes): Record<string, unknown> {
  return {
    copy_on_demand: tables.copyOnDemand ? 1 : 0,
    cluster_size: tables.clusterBytes,
    total_clusters: tables.clusters,
    disk_size: diskBytes,
    bitmap_size: tables.bitmapBytes,
    current: tables.chain[0],
    backing: tables.backing,
    chain: tables.chain,
    snapshots: tables.states.map((state) => ({
      id: state.id,
      name: state.name,
      btmp: state.bitmapFile,
      irvd: state.dataFile,
      father: state.father,
      vm_state_size: state.machineStateBytes,
      nb_children: state.children,
      is_deleted: state.isDeleted ? 1 : 0,
      present: state.present,
    })),
    owner: tables.owners,
  };
}
