/**
 * VDI as QEMU drives it: a flat block map in memory, blocks of 1 MiB in order of first write. The first write to a block writes all of
 * it, zeros around the request's data, then the header's count of blocks and the changed sectors of the map; nothing is flushed.
 */
import { choice, type Values } from '../../sim/options.js';
import { MiB, sectorBytes, type Bytes } from '../../sim/units.js';
import { Op, type FormatContext, type ImageFormatModel, type RequestId } from '../io/image-format.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../io/plan.js';
import { AllocationTable } from './allocation-table.js';
import { BlockLayerImage } from './block-layer-image.js';
import { refuseBacking } from './refuse-backing.js';

const options = {
  release: choice('Release of QEMU that creates and opens the file', ['0.12', '7.2'], '7.2'),
};

export const blockBytes: Bytes = MiB;
const headerBytes: Bytes = 512;
const entryBytes: Bytes = 4;
/** What QEMU 0.12 reads of a file whose format it was not told. */
const oldProbeBytes: Bytes = 2048;

interface VdiLayout {
  readonly blocks: number;
  readonly mapOffset: Bytes;
  /** The block map, in whole sectors. */
  readonly mapBytes: Bytes;
  readonly firstBlock: Bytes;
}

/** Where things lie in a file for a disk of `diskBytes`: header, block map, blocks. Pure arithmetic. */
export function vdiLayout(diskBytes: Bytes): VdiLayout {
  const blocks = Math.ceil(diskBytes / blockBytes);
  const mapBytes = Math.ceil((blocks * entryBytes) / sectorBytes) * sectorBytes;
  return { blocks, mapOffset: headerBytes, mapBytes, firstBlock: headerBytes + mapBytes };
}

class VdiImage extends BlockLayerImage {
  protected readonly places: AllocationTable;
  private readonly mapBytes: Bytes;

  constructor(
    context: FormatContext,
    private readonly release: Values<typeof options>['release'],
  ) {
    super(context, 'vdi');
    const { mapBytes, firstBlock } = vdiLayout(context.diskBytes);
    this.mapBytes = mapBytes;
    this.places = new AllocationTable(blockBytes, context.diskBytes, firstBlock);
    this.image.bytes = this.places.end;
  }

  protected find(_plan: Plan, offset: Bytes, bytes: Bytes): Bytes {
    return this.places.unitRun(offset, bytes);
  }

  protected mustBeAlone(op: Op, offset: Bytes, bytes: Bytes): boolean {
    return op === Op.WRITE && !this.places.hasAll(offset, bytes);
  }

  protected writePieces(plan: Plan, offset: Bytes, bytes: Bytes): void {
    let firstNew = -1;
    let lastNew = -1;
    for (let at = offset; at < offset + bytes;) {
      const run = this.places.unitRun(at, offset + bytes - at);
      const block = this.places.unitAt(at);
      if (this.places.has(block)) {
        this.file.writeGuest(plan, this.places.placeOf(at), run, at);
      } else {
        this.places.append(block);
        this.writeNewBlock(plan, at, run);
        if (firstNew === -1) firstNew = block;
        lastNew = block;
      }
      at += run;
    }
    if (firstNew === -1) return;
    const firstSector = Math.floor((firstNew * entryBytes) / sectorBytes);
    const lastSector = Math.floor((lastNew * entryBytes) / sectorBytes);
    this.file.write(plan, 0, headerBytes);
    this.file.write(plan, headerBytes + firstSector * sectorBytes, (lastSector - firstSector + 1) * sectorBytes);
  }

  /** All of the block: the request's part, zeros around it. */
  private writeNewBlock(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const lead = offset % blockBytes;
    const entry = this.file.writeData(plan, Purpose.DATA, this.places.placeOf(offset) - lead, blockBytes);
    if (!plan.tracksContents) return;
    plan.holds(entry, 0, lead, Content.ZEROS, 0);
    plan.holds(entry, lead, bytes, Content.GUEST, offset);
    plan.holds(entry, lead + bytes, blockBytes - lead - bytes, Content.ZEROS, 0);
  }

  protected override get flushesEachWrite(): boolean {
    return this.release === '7.2' && super.flushesEachWrite;
  }

  protected override controlFile(r: RequestId, op: Op, plan: Plan): void {
    if (this.release === '7.2') {
      super.controlFile(r, op, plan);
      return;
    }
    this.file.beginChain();
    if (op === Op.CREATE) this.create(r, plan);
    if (op === Op.OPEN || op === Op.OPEN_BELOW) this.file.read(plan, 0, oldProbeBytes);
    if (op === Op.OPEN || op === Op.OPEN_BELOW || op === Op.OPEN_KNOWN) this.open(r, plan);
  }

  protected override planFlush(plan: Plan): void {
    if (this.release === '7.2') super.planFlush(plan);
    else plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
  }

  protected create(_r: RequestId, plan: Plan): void {
    this.places.clear();
    this.image.bytes = 0;
    this.file.write(plan, 0, headerBytes);
    this.file.write(plan, headerBytes, this.mapBytes);
  }

  protected open(_r: RequestId, plan: Plan): void {
    this.file.read(plan, 0, headerBytes);
    this.file.read(plan, headerBytes, this.mapBytes);
  }
}

export const vdi: ImageFormatModel<typeof options> = {
  about: 'VDI: a block map in memory, blocks of 1 MiB written whole at first',
  source: 'QEMU 0.12.5 and 7.2, block/vdi.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: false,
  options,
  make(context, { release }) {
    refuseBacking(context, 'vdi');
    return new VdiImage(context, release);
  },
};
