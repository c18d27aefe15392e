/** The fixed parts of a qcow2 image as QEMU 0.12 creates and opens them: header, L1 table, refcount table. It knows no requests. */
import { InputError } from '../../../sim/errors.js';
import { placeOfOption } from '../../../sim/options.js';
import { formatBytes, type Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { SynchronousFile } from '../synchronous-file.js';
import {
  entryBytes,
  headerBytes,
  headerPieces,
  layoutOf012,
  type BackingName,
  type Geometry,
  type NewLayout,
  type Piece,
} from './geometry.js';
import type { Mapping } from './mapping.js';
import type { Refcounts } from './refcounts.js';
import type { Snapshots } from './snapshots.js';

export class Metadata {
  private readonly layout: NewLayout;
  private readonly pieces: readonly Piece[];

  constructor(
    private readonly geometry: Geometry,
    private readonly file: SynchronousFile,
    private readonly refcounts: Refcounts,
    private readonly mapping: Mapping,
    private readonly snapshots: Snapshots,
    private readonly backing: BackingName | null,
  ) {
    this.pieces = headerPieces(backing);
    this.layout = layoutOf012(geometry, this.pieces);
    if (this.layout.refcountBlockCount > geometry.clusterBytes / entryBytes) {
      const place = placeOfOption('cluster', 'qcow2-0.12');
      throw new InputError(place, formatBytes(geometry.clusterBytes), 'a larger one: a new image has one cluster of refcount table');
    }
  }

  /** Brings the tables into the state of a new image, without I/O. */
  reset(): void {
    const { layout, mapping } = this;
    const { clusterBytes } = this.geometry;
    this.snapshots.clear();
    mapping.clear();
    mapping.l1Offset = layout.l1 * clusterBytes;
    this.refcounts.create(layout);
    this.file.file.bytes = (layout.refcountBlocks + layout.refcountBlockCount) * clusterBytes;
  }

  /** The tool writes the header in pieces, the L1 table entry by entry, then the refcount table and the first blocks. */
  create(plan: Plan): void {
    this.reset();
    const { layout, file } = this;
    const { clusterBytes, l1Entries } = this.geometry;
    for (const { offset, bytes } of this.pieces) file.writePlainly(plan, offset, bytes);
    for (let i = 0; i < l1Entries; i++) file.writePlainly(plan, layout.l1 * clusterBytes + i * entryBytes, entryBytes);
    file.writePlainly(plan, layout.refcountTable * clusterBytes, clusterBytes);
    file.writePlainly(plan, layout.refcountBlocks * clusterBytes, layout.refcountBlockCount * clusterBytes);
  }

  /** Header, L1 table, refcount table, header extensions, the backing file's name, snapshot table. Caches begin empty. */
  read(plan: Plan): void {
    const { file, mapping, refcounts } = this;
    refcounts.forget();
    mapping.cache.empty();
    file.read(plan, 0, headerBytes);
    file.read(plan, mapping.l1Offset, mapping.l1Bytes);
    file.read(plan, refcounts.tableOffset, refcounts.tableEntries * entryBytes);
    this.readExtensions(plan);
    this.snapshots.readTable(plan);
  }

  /** The tag of the first extension; where there is one, its text, and then the backing file's name. */
  private readExtensions(plan: Plan): void {
    const tagBytes: Bytes = 8;
    this.file.read(plan, headerBytes, tagBytes);
    if (this.backing === null) return;
    const text = this.pieces[2]!;
    const name = this.pieces[this.pieces.length - 1]!;
    this.file.read(plan, text.offset, text.bytes);
    this.file.read(plan, name.offset, name.bytes);
  }
}
