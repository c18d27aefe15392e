/**
 * Monolithic sparse VMDK as QEMU 7.2 drives it: 16 grain tables in memory, the least used one goes. A new grain is filled around the
 * request's part, then both copies of its table entry are written and flushed; the first write of a session renews the content
 * identifier in the descriptor, and whoever first looks below checks that of the parent. One request at a time.
 */
import type { Bytes } from '../../../sim/units.js';
import { Op, type FormatContext, type ImageFormatModel, type RequestId } from '../../io/image-format.js';
import type { AllocationTable } from '../allocation-table.js';
import type { Plan, Purpose } from '../../io/plan.js';
import { BlockLayerImage } from '../block-layer-image.js';
import { GrainTables } from './grain-tables.js';
import { descriptor, descriptorBytes, grainBytes, grainEntryBytes, magicBytes, type VmdkLayout } from './layout.js';

const headerBytes: Bytes = 75;
/** Fixed text of a new descriptor, and of its line with the parent's name. */
const descriptorText: Bytes = 323;
const parentText: Bytes = 21;
/** How much of a file is searched for a descriptor. */
const mostSearchBytes: Bytes = 1024 * 1024 - 1;
class VmdkImage extends BlockLayerImage {
  protected readonly places: AllocationTable;
  private readonly layout: VmdkLayout;
  private readonly tables: GrainTables;
  private hasNewContentId = false;
  private hasCheckedParent = false;

  constructor(context: FormatContext) {
    super(context, 'vmdk');
    this.tables = new GrainTables(context.diskBytes, 1);
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

  /** The driver holds one lock over each request. */
  protected mustBeAlone(): boolean {
    return true;
  }

  protected override readBelow(plan: Plan, offset: Bytes, bytes: Bytes, purpose: Purpose): void {
    this.checkParent(plan);
    super.readBelow(plan, offset, bytes, purpose);
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const run = this.find(plan, at, offset + bytes - at);
      if (this.places.placeOf(at) === -1) this.writeNewGrain(plan, at, run);
      else this.file.writeGuest(plan, this.places.placeOf(at), run, at);
      if (!this.hasNewContentId) this.renewContentId(plan);
      at += run;
    }
  }

  private writeNewGrain(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const { layout } = this;
    this.checkParent(plan);
    this.places.append(this.places.unitAt(offset));
    const place = this.places.placeOf(offset);
    const lead = offset % grainBytes;
    this.fillFromBelow(plan, place - lead, lead, offset - lead);
    this.fillFromBelow(plan, place + bytes, grainBytes - lead - bytes, offset + bytes);
    this.file.writeGuest(plan, place, bytes, offset);
    this.file.write(plan, layout.placeOfEntry(layout.directories[1], offset), grainEntryBytes);
    this.file.write(plan, layout.placeOfEntry(layout.directories[0], offset), grainEntryBytes);
    this.file.flush(plan);
  }

  private renewContentId(plan: Plan): void {
    this.hasNewContentId = true;
    this.file.read(plan, descriptor.offset, descriptor.bytes);
    this.file.writeDurably(plan, descriptor.offset, descriptor.bytes);
  }

  /** A parent of another format has no identifier. */
  private checkParent(plan: Plan): void {
    if (this.hasCheckedParent || this.backing?.formatName !== this.formatName) return;
    this.hasCheckedParent = true;
    this.readMetadataBelow(plan, descriptor.offset, descriptor.bytes);
  }

  protected create(r: RequestId, plan: Plan): void {
    const { layout, backing } = this;
    this.places.clear();
    this.file.write(plan, 0, magicBytes);
    this.file.write(plan, magicBytes, headerBytes);
    this.file.truncate(plan, layout.firstGrain);
    for (const directory of layout.directories) this.file.write(plan, directory, layout.directorySectorsBytes);
    let bytes = descriptorBytes(descriptorText, this.diskBytes, this.image.name);
    if (backing !== null) {
      this.openBackingCached(r, Op.OPEN_BELOW, plan);
      if (backing.formatName === this.formatName) this.readMetadataBelow(plan, descriptor.offset, descriptor.bytes);
      bytes += parentText + backing.files[0]!.name.length;
    }
    this.file.write(plan, descriptor.offset, bytes);
  }

  protected open(r: RequestId, plan: Plan): void {
    const { layout } = this;
    this.tables.open();
    this.hasNewContentId = this.hasCheckedParent = false;
    this.file.read(plan, 0, Math.min(this.image.bytes, mostSearchBytes));
    this.file.read(plan, magicBytes, headerBytes);
    this.file.read(plan, layout.directories[1], layout.directoryBytes);
    this.file.read(plan, layout.directories[0], layout.directoryBytes);
    for (let i = 0; i < 3; i++) this.file.read(plan, descriptor.offset, descriptor.bytes);
    this.openBacking(r, Op.OPEN_KNOWN, plan);
  }
}

export const vmdkOf72: ImageFormatModel = {
  about: 'VMDK (monolithic sparse) as of QEMU 7.2: 64 KiB grains, two copies of the tables, a flush a new grain',
  source: 'QEMU 7.2, block/vmdk.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: true,
  options: {},
  make(context) {
    return new VmdkImage(context);
  },
};
