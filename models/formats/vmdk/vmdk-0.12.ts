/**
 * Monolithic sparse VMDK as QEMU 0.12 drives it, in the main loop: 16 grain tables in memory, the least used one goes. For a new grain
 * the file is made longer and only the request's part written; over a parent the whole grain is copied first. Then both copies of the
 * table entry; the first write of a session renews the content identifier in the descriptor.
 */
import type { Bytes } from '../../../sim/units.js';
import type { FormatContext, ImageFormatModel } from '../../io/image-format.js';
import type { AllocationTable } from '../allocation-table.js';
import { Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import { SynchronousImage } from '../synchronous-image.js';
import { GrainTables } from './grain-tables.js';
import { descriptor, descriptorBytes, grainBytes, grainEntryBytes, magicBytes, type VmdkLayout } from './layout.js';

const headerBytes: Bytes = 73;
/** The driver's own structure is longer than what the tool writes. */
const headerReadBytes: Bytes = 75;
const descriptorText: Bytes = 292;
class VmdkImage extends SynchronousImage {
  protected readonly places: AllocationTable;
  private readonly layout: VmdkLayout;
  private readonly tables: GrainTables;
  private hasNewContentId = false;

  constructor(context: FormatContext) {
    super(context, 'vmdk');
    this.tables = new GrainTables(context.diskBytes, 0);
    this.layout = this.tables.layout;
    this.places = this.layout.table;
    this.image.bytes = this.layout.firstGrain;
  }

  override counters(): Readonly<Record<string, number>> {
    return this.tables.counters;
  }

  protected find(plan: Plan, offset: Bytes, bytes: Bytes): Bytes {
    this.tables.load(plan, this.file, offset);
    return this.places.unitRun(offset, bytes);
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { layout } = this;
    for (let at = offset; at < offset + bytes;) {
      const run = this.find(plan, at, offset + bytes - at);
      const isNew = this.places.placeOf(at) === -1;
      if (isNew) this.addGrain(plan, at);
      this.writeGuest(plan, this.places.placeOf(at), run, at);
      if (isNew) for (const copy of layout.directories) this.file.write(plan, layout.placeOfEntry(copy, at), grainEntryBytes);
      if (!this.hasNewContentId) this.renewContentId(plan);
      at += run;
    }
  }

  private addGrain(plan: Plan, offset: Bytes): void {
    this.places.append(this.places.unitAt(offset));
    this.file.truncate(plan, this.places.end);
    const lead = offset % grainBytes;
    if (this.backing !== null) this.copyFromBelow(plan, this.places.placeOf(offset) - lead, grainBytes, offset - lead);
  }

  private renewContentId(plan: Plan): void {
    this.hasNewContentId = true;
    this.file.readSectors(plan, descriptor.offset, descriptor.bytes, Purpose.METADATA);
    this.file.write(plan, descriptor.offset, descriptor.bytes);
  }

  protected planFlush(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
  }

  /** The tool writes each directory entry by itself. */
  protected create(plan: Plan): void {
    const { layout } = this;
    this.places.clear();
    this.file.writePlainly(plan, 0, magicBytes);
    this.file.writePlainly(plan, magicBytes, headerBytes);
    this.file.truncate(plan, layout.firstGrain);
    for (const directory of layout.directories) {
      for (let i = 0; i < layout.tables; i++) this.file.writePlainly(plan, directory + i * grainEntryBytes, grainEntryBytes);
    }
    this.file.writePlainly(plan, descriptor.offset, descriptorBytes(descriptorText, this.diskBytes, this.image.name));
  }

  protected open(plan: Plan): void {
    const { layout } = this;
    this.tables.open();
    this.hasNewContentId = false;
    this.file.read(plan, 0, magicBytes);
    this.file.read(plan, magicBytes, headerReadBytes);
    for (let i = 0; i < 2; i++) this.file.read(plan, descriptor.offset, descriptor.bytes);
    for (const directory of layout.directories) this.file.read(plan, directory, layout.directoryBytes);
  }
}

export const vmdkOf012: ImageFormatModel = {
  about: 'VMDK (monolithic sparse) as of QEMU 0.12: 64 KiB grains, two copies of the tables, every I/O blocking',
  source: 'QEMU 0.12.5, block/vmdk.c, seen in recorded operations; copies over a parent by its description, not seen',
  hasSnapshots: false,
  hasBacking: true,
  options: {},
  make(context) {
    return new VmdkImage(context);
  },
};
