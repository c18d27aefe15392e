/** The fixed parts of a qcow2 image as QEMU 7.2 creates and opens them: header, refcount table, L1 table. It knows no requests. */
import type { Plan } from '../../io/plan.js';
import type { CachedFile } from './cached-file.js';
import type { CachedMapping } from './cached-mapping.js';
import type { CachedRefcounts } from './cached-refcounts.js';
import type { CachedSnapshots } from './cached-snapshots.js';
import { entryBytes, extensionReads3, header3Bytes, headerField, layoutOf72, type BackingName, type Geometry } from './geometry.js';

export class CachedMetadata {
  constructor(
    private readonly geometry: Geometry,
    private readonly file: CachedFile,
    private readonly refcounts: CachedRefcounts,
    private readonly mapping: CachedMapping,
    private readonly snapshots: CachedSnapshots,
    private readonly backing: BackingName | null,
  ) {}

  /** The tool makes an image without a size, opens it, gives it a size and a backing file, and opens it again. */
  create(plan: Plan): void {
    const { file, mapping, refcounts, geometry } = this;
    const { clusterBytes } = geometry;
    const layout = layoutOf72(geometry);
    file.open('writeback');
    this.snapshots.clear();
    mapping.clear();
    mapping.cache.empty();
    file.truncate(plan, 0);
    file.truncate(plan, 0);
    file.write(plan, 0, clusterBytes);
    refcounts.create(layout);
    refcounts.forget();
    file.write(plan, refcounts.tableOffset, 2 * clusterBytes);
    this.readFixed(plan);
    file.read(plan, header3Bytes, entryBytes);
    file.write(plan, 0, clusterBytes);
    mapping.l1Offset = refcounts.allocate(plan, layout.l1Clusters) * clusterBytes;
    refcounts.cache.flush(plan);
    file.writeDurably(plan, mapping.l1Offset, mapping.l1Bytes);
    file.writeDurably(plan, headerField.l1Table, 12);
    file.writeDurably(plan, headerField.diskSize, 8);
    if (this.backing !== null) file.writeDurably(plan, 0, clusterBytes);
    this.read(plan);
  }

  /** Header, L1 table, refcount table, header extensions, the backing file's name, snapshot table. Caches begin empty. */
  read(plan: Plan): void {
    const { file, mapping } = this;
    mapping.cache.empty();
    this.refcounts.forget();
    this.readFixed(plan);
    file.read(plan, mapping.l1Offset, mapping.l1Bytes);
    for (const { offset, bytes } of extensionReads3(this.geometry.clusterBytes, this.backing)) file.read(plan, offset, bytes);
    this.snapshots.readTable(plan);
  }

  private readFixed(plan: Plan): void {
    const { file, refcounts } = this;
    file.read(plan, 0, header3Bytes);
    file.read(plan, refcounts.tableOffset, refcounts.tableEntries * entryBytes);
  }
}
