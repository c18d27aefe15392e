/**
 * Parallels as QEMU 7.2 drives it: a block allocation table in memory behind the header, clusters of 1 MiB in order of first write, room
 * made for 128 MiB more at a time. Changed parts of the table are written at a flush; the header says whether the image is in use.
 */
import { KiB, MiB, type Bytes } from '../../sim/units.js';
import { Op, type FormatContext, type ImageFormatModel, type RequestId } from '../io/image-format.js';
import type { Plan } from '../io/plan.js';
import { AllocationTable } from './allocation-table.js';
import { BlockLayerImage } from './block-layer-image.js';
import { refuseBacking } from './refuse-backing.js';

const clusterBytes: Bytes = MiB;
const headerBytes: Bytes = 64;
const entryBytes: Bytes = 4;
/** The tool writes the header of a new image as a sector. */
const newHeaderBytes: Bytes = 512;
/** How much of the header and table is written when an image is marked as in use. */
const mostMarkBytes: Bytes = 4 * KiB;
/** The table is written in parts of this size. */
const partBytes: Bytes = 16 * KiB;
const preallocatedBytes: Bytes = 128 * MiB;

class ParallelsImage extends BlockLayerImage {
  protected readonly places: AllocationTable;
  /** Header and table. */
  private readonly metadataBytes: Bytes;
  private readonly dataStart: Bytes;
  /** Parts of the table that changed since they were written. */
  private readonly dirtyParts: Uint8Array;

  constructor(context: FormatContext) {
    super(context, 'parallels');
    const clusters = Math.ceil(context.diskBytes / clusterBytes);
    this.metadataBytes = headerBytes + clusters * entryBytes;
    this.dataStart = Math.ceil(this.metadataBytes / clusterBytes) * clusterBytes;
    this.places = new AllocationTable(clusterBytes, context.diskBytes, this.dataStart);
    this.dirtyParts = new Uint8Array(Math.ceil(this.metadataBytes / partBytes));
    this.image.bytes = this.dataStart;
  }

  protected find(_plan: Plan, offset: Bytes, bytes: Bytes): Bytes {
    return this.places.run(offset, bytes);
  }

  protected mustBeAlone(op: Op, offset: Bytes, bytes: Bytes): boolean {
    return op === Op.WRITE && !this.places.hasAll(offset, bytes);
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const run = this.places.run(at, offset + bytes - at);
      if (this.places.placeOf(at) === -1) this.allocate(plan, this.places.unitAt(at), this.places.unitAt(at + run - 1));
      this.file.writeGuest(plan, this.places.placeOf(at), run, at);
      at += run;
    }
  }

  private allocate(plan: Plan, first: number, last: number): void {
    const end = this.places.end;
    const bytes = (last - first + 1) * clusterBytes;
    if (end + bytes > this.image.bytes) this.file.zero(plan, end, bytes + preallocatedBytes);
    for (let cluster = first; cluster <= last; cluster++) {
      this.places.append(cluster);
      this.dirtyParts[Math.floor((headerBytes + cluster * entryBytes) / partBytes)] = 1;
    }
  }

  protected override flushAll(plan: Plan): void {
    for (let part = 0; part < this.dirtyParts.length; part++) {
      if (this.dirtyParts[part] === 0) continue;
      this.dirtyParts[part] = 0;
      this.file.write(plan, part * partBytes, Math.min(partBytes, this.metadataBytes - part * partBytes));
    }
    super.flushAll(plan);
  }

  protected create(_r: RequestId, plan: Plan): void {
    this.places.clear();
    this.dirtyParts.fill(0);
    this.file.write(plan, 0, newHeaderBytes);
    this.file.zero(plan, newHeaderBytes, this.dataStart - newHeaderBytes);
  }

  protected open(_r: RequestId, plan: Plan): void {
    this.file.read(plan, 0, headerBytes);
    this.file.read(plan, 0, this.metadataBytes);
    if (!this.isReadOnly) this.writeMark(plan);
  }

  protected override close(plan: Plan): void {
    if (this.isReadOnly) return;
    this.flushAll(plan);
    this.writeMark(plan);
    this.file.truncate(plan, this.places.end);
    this.file.flush(plan);
  }

  /** Says in the header whether the image is in use. */
  private writeMark(plan: Plan): void {
    this.file.writeDurably(plan, 0, Math.min(mostMarkBytes, this.metadataBytes));
  }
}

export const parallels: ImageFormatModel = {
  about: 'Parallels: a table written at a flush, clusters of 1 MiB, room made for 128 MiB at a time',
  source: 'QEMU 7.2, block/parallels.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: false,
  options: {},
  make(context) {
    refuseBacking(context, 'parallels');
    return new ParallelsImage(context);
  },
};
