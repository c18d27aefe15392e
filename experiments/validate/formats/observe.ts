/** What a checkpoint of a truth file shows, taken from a model: file sizes, the map of the disk, and qcow2's tables. */
import { Qcow2Base } from '../../../models/formats/qcow2/base-image.js';
import { PublishedImage as IrowImage } from '../../../models/formats/irow/published-image.js';
import type { Qcow2Tables, TableMap } from '../../../models/formats/qcow2/inspect.js';
import { LIVE, type ImageFormat } from '../../../models/io/image-format.js';
import type { Bytes } from '../../../sim/units.js';
import { irowTables } from './irow-tables.js';
import type { Pages } from './pages.js';

/** Start, length, data, zero, depth in the chain, place in the file. */
export type MapRow = readonly [number, number, number, number, number, number | null];

export interface Observation {
  readonly after: string;
  readonly sizes: Readonly<Record<string, Bytes>>;
  readonly map: readonly MapRow[];
  readonly tables: Readonly<Record<string, unknown>> | null;
}

/** @param chain the images, base first; the last one is observed */
export function observe(after: string, chain: readonly ImageFormat[], pagesOf: (file: string) => Pages): Observation {
  const image = chain[chain.length - 1]!;
  return {
    after,
    sizes: Object.fromEntries(image.files.map(({ name, bytes }) => [name, bytes])),
    map: mapOf(image, chain.map(({ diskBytes }) => diskBytes).reverse(), pagesOf),
    tables:
      image instanceof Qcow2Base
        ? tablesOf(image.inspect())
        : image instanceof IrowImage
          ? irowTables(image.inspect(), image.diskBytes)
          : null,
  };
}

/** The rows of `qemu-img map`: what lies in one piece in one file of the chain, data or hole, or zeros that a table records. */
function mapOf(image: ImageFormat, layerBytes: readonly Bytes[], pagesOf: (file: string) => Pages): MapRow[] {
  const rows = new MapRows();
  for (const { guestOffset, bytes, file, offset, recordedIn } of image.extents(LIVE)) {
    const name = image.files[file]?.name ?? '';
    if (recordedIn !== undefined) rows.addAlone([guestOffset, bytes, 0, 1, recordedIn, offset === 0 ? null : offset]);
    else if (file === -1) addNothing(rows, guestOffset, bytes, layerBytes);
    else if (!name.endsWith('.raw')) rows.add([guestOffset, bytes, 1, 0, file, offset]);
    else addRaw(rows, guestOffset, bytes, file, offset, pagesOf(name));
  }
  return rows.list;
}

/** What no image holds counts as found in the last image that reaches so far, from the top. */
function addNothing(rows: MapRows, guestOffset: Bytes, bytes: Bytes, layerBytes: readonly Bytes[]): void {
  const end = guestOffset + bytes;
  for (let at = guestOffset; at < end;) {
    const ends = layerBytes.findIndex((layer) => layer <= at);
    const depth = (ends === -1 ? layerBytes.length : ends) - 1;
    const next = Math.min(end, ...layerBytes.slice(0, depth + 1));
    rows.add([at, next - at, 0, 1, depth, null]);
    at = next;
  }
}

function addRaw(rows: MapRows, guestOffset: Bytes, bytes: Bytes, file: number, offset: Bytes, pages: Pages): void {
  for (let at = 0; at < bytes;) {
    const run = pages.run(offset + at, bytes - at);
    rows.add([guestOffset + at, run.bytes, run.isData ? 1 : 0, run.isData ? 0 : 1, file, offset + at]);
    at += run.bytes;
  }
}

class MapRows {
  readonly list: MapRow[] = [];
  /** How many rows nothing is joined to. */
  private closed = 0;

  /** Joins a row to the last one where it goes on in step. */
  add(row: MapRow): void {
    const last = this.list[this.list.length - 1];
    const isLike = this.list.length > this.closed && last![2] === row[2] && last![3] === row[3] && last![4] === row[4];
    const isInStep = isLike && (last![5] === null ? row[5] === null : last![5] + last![1] === row[5]);
    if (isInStep) this.list[this.list.length - 1] = [last![0], last![1] + row[1], last![2], last![3], last![4], last![5]];
    else this.list.push(row);
  }

  /** Adds a row that is joined to none. */
  addAlone(row: MapRow): void {
    this.closed = this.list.push(row);
  }
}

/** In the names and the shape of the truth files. */
function tablesOf(tables: Qcow2Tables): Record<string, unknown> {
  const shape = ({ l2, map }: TableMap): object => ({ l2, map });
  return {
    active: shape(tables.active),
    version: tables.version,
    cluster_size: tables.clusterBytes,
    l1_offset: tables.l1Offset,
    l1_entries: tables.l1Entries,
    reftable_offset: tables.refcountTableOffset,
    reftable_clusters: tables.refcountTableClusters,
    snapshots: tables.snapshots.map((snapshot) => ({
      id: snapshot.id,
      name: snapshot.name,
      l1_offset: snapshot.l1Offset,
      l1_size: snapshot.l1Entries,
      vm_state_size: snapshot.stateBytes,
      ...shape(snapshot),
    })),
    snapshots_offset: tables.snapshotTableOffset,
    clusters: tables.clusters,
  };
}
