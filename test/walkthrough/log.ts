/**
 * The walk-through's image format, a log: every write goes to the end of the file, behind a sector that says where on the disk it belongs,
 * and a table in memory says where each sector of the disk is now. A snapshot is a copy of the table. Nothing is ever cleaned up.
 * It knows no time.
 */
import { ExtentList } from '../../models/formats/backing.js';
import { SnapshottingImage } from '../../models/formats/snapshotting-image.js';
import { LIVE, Next, Op, type Extent, type FormatContext, type ImageFormatModel, type RequestId } from '../../models/io/image-format.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../../models/io/plan.js';
import { KiB, sectorBytes, type Bytes } from '../../sim/units.js';

const options = { align: { kind: 'size', about: 'Where records begin', default: 4 * KiB, min: 512, powerOfTwo: true } } as const;
const isWritten = 1;

class LogImage extends SnapshottingImage<Float64Array> {
  /** Where in the file each sector of the disk lies; 0, where the header is, for nowhere. */
  private readonly table = new Float64Array(this.diskBytes / sectorBytes);

  constructor(
    context: FormatContext,
    private readonly align: Bytes,
    private readonly places = new Float64Array(context.slots),
  ) {
    super(context, 'log');
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    this.read(plan, this.offset[r]!, this.bytes[r]!);
    return Next.DONE;
  }

  /** The table changes when the record is on the disk: nobody sees what may still be lost. */
  protected stepWrite(r: RequestId, plan: Plan): Next {
    const [offset, bytes] = [this.offset[r]!, this.bytes[r]!];
    if (this.phase[r] === isWritten) {
      for (let i = 0; i < bytes; i += sectorBytes) this.table[(offset + i) / sectorBytes] = this.places[r]! + i;
      return Next.DONE;
    }
    const record = this.append(plan, Mode.ASYNC, Purpose.DATA, sectorBytes + bytes);
    plan.holds(record, sectorBytes, bytes, Content.GUEST, offset);
    this.places[r] = plan.offset[record]! + sectorBytes;
    this.phase[r] = isWritten;
    return Next.CONTINUE;
  }

  protected planFlush(plan: Plan): void {
    plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
  }

  /** Everything but opening is a record of its own. */
  protected control(r: RequestId, op: Op, plan: Plan): void {
    const name = this.names[r]!;
    if (op === Op.SNAPSHOT) this.snapshots.set(name, this.table.slice());
    if (op === Op.APPLY) this.table.set(this.viewOf(name));
    if (op === Op.DELETE) this.snapshots.delete(name);
    if (op === Op.OPEN) plan.add(Kind.READ, Mode.BLOCKING, Purpose.METADATA, 0, 0, sectorBytes);
    else this.append(plan, Mode.BLOCKING, Purpose.METADATA, sectorBytes);
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    const first = plan.size;
    this.read(plan, offset, bytes);
    this.makeBlocking(plan, first);
  }

  extents(view: string | typeof LIVE): Extent[] {
    const table = view === LIVE ? this.table : this.viewOf(view);
    const list = new ExtentList(null, 0);
    for (let i = 0; i < table.length; i++) list.add(i * sectorBytes, sectorBytes, table[i] === 0 ? -1 : 0, table[i]!);
    return list.rows;
  }

  private read(plan: Plan, offset: Bytes, bytes: Bytes): void {
    for (let at = offset; at < offset + bytes;) {
      const place = this.table[at / sectorBytes]!;
      let run = sectorBytes;
      while (run < offset + bytes - at && this.table[(at + run) / sectorBytes] === (place && place + run)) run += sectorBytes;
      if (place > 0) plan.holds(plan.add(Kind.READ, Mode.ASYNC, Purpose.DATA, 0, place, run), 0, run, Content.GUEST, at);
      at += run;
    }
  }

  private append(plan: Plan, mode: Mode, purpose: Purpose, bytes: Bytes): number {
    const start = Math.ceil(this.files[0]!.bytes / this.align) * this.align;
    this.files[0]!.bytes = start + bytes;
    const record = plan.add(Kind.WRITE, mode, purpose, 0, start, bytes);
    plan.holds(record, 0, sectorBytes, Content.METADATA, start);
    return record;
  }
}

export const log: ImageFormatModel<typeof options> = {
  about: 'A log: every write at the end of the file, a table of sectors in memory',
  source: 'made up for the walk-through of README.md',
  hasSnapshots: true,
  hasBacking: false,
  options,
  make: (context, { align }) => new LogImage(context, align),
};
