/** A raw image: a place on the disk is the same place in the file. It keeps nothing. */
import { choice, type Values } from '../../sim/options.js';
import type { Bytes } from '../../sim/units.js';
import {
  LIVE,
  Next,
  Op,
  type Extent,
  type FormatContext,
  type ImageFile,
  type ImageFormatModel,
  type RequestId,
} from '../io/image-format.js';
import { Content, Kind, Mode, NONE, Purpose, type Plan } from '../io/plan.js';
import { ImageBase } from './image-base.js';
import { refuseBacking } from './refuse-backing.js';
import { SynchronousFile } from './synchronous-file.js';

const options = {
  release: choice('Release of QEMU whose tools create and open the file', ['0.12', '7.2'], '0.12'),
};

class RawImage extends ImageBase {
  readonly files: readonly ImageFile[];
  private readonly file: SynchronousFile;
  /** Of release 7.2: written to since the last flush, which is left out otherwise. */
  private isDirty = false;
  private flushesEachWrite = false;

  constructor(
    context: FormatContext,
    private readonly release: Values<typeof options>['release'],
  ) {
    super(context, 'raw');
    this.files = [{ role: 'image', name: `${context.name ?? 'img0'}.raw`, bytes: context.diskBytes }];
    this.file = new SynchronousFile(0, this.files[0]!);
  }

  protected stepRead(r: RequestId, plan: Plan): Next {
    this.file.readGuest(plan, this.offset[r]!, this.bytes[r]!, this.offset[r]!);
    return Next.DONE;
  }

  protected stepWrite(r: RequestId, plan: Plan): Next {
    const entry = this.file.writeGuest(plan, this.offset[r]!, this.bytes[r]!, this.offset[r]!);
    this.isDirty = true;
    if (this.flushesEachWrite) this.flush(plan, Mode.ASYNC, entry);
    return Next.DONE;
  }

  /** Blocks of zeros that stay allocated, or a hole. */
  protected override stepWriteZeroes(r: RequestId, plan: Plan): Next {
    const kind = this.op[r] === Op.WRITE_ZEROES ? Kind.ZERO : Kind.PUNCH;
    const entry = this.addZeros(r, plan, kind);
    if (this.flushesEachWrite) this.flush(plan, Mode.ASYNC, entry);
    return Next.DONE;
  }

  protected override stepDiscard(r: RequestId, plan: Plan): Next {
    if (this.release === '7.2') this.addZeros(r, plan, Kind.PUNCH);
    return Next.DONE;
  }

  protected override carriedOutAs(op: Op): Op {
    return this.release === '7.2' ? op : super.carriedOutAs(op);
  }

  private addZeros(r: RequestId, plan: Plan, kind: Kind.ZERO | Kind.PUNCH): number {
    const bytes = this.bytes[r]!;
    const entry = plan.add(kind, Mode.ASYNC, Purpose.DATA, 0, this.offset[r]!, bytes);
    plan.holds(entry, 0, bytes, Content.ZEROS, 0);
    this.isDirty = true;
    return entry;
  }

  protected planFlush(plan: Plan): void {
    if (this.release !== '7.2' || this.isDirty) this.flush(plan, Mode.ASYNC, NONE);
  }

  private flush(plan: Plan, mode: Mode, after: number): void {
    this.isDirty = false;
    plan.add(Kind.FLUSH, mode, Purpose.DATA, 0, 0, 0, after);
  }

  protected control(_r: RequestId, op: Op, plan: Plan): void {
    switch (op) {
      case Op.CREATE:
        this.create(plan);
        break;
      case Op.OPEN:
      case Op.OPEN_BELOW:
      case Op.OPEN_KNOWN:
        this.file.open(this.cache);
        this.isDirty = false;
        this.flushesEachWrite = this.release === '7.2' && this.cache === 'writethrough';
        this.look(plan, op);
        break;
      case Op.CLOSE:
        if (this.release === '7.2' && this.isDirty) this.flush(plan, Mode.BLOCKING, NONE);
        break;
      default:
        break;
    }
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    if (this.release === '7.2') this.file.readAwaited(plan, offset, bytes, offset);
    else this.file.readCopy(plan, offset, bytes, offset);
  }

  extents(view: string | typeof LIVE): Extent[] {
    if (view !== LIVE) this.refuseSnapshot(view);
    return [{ guestOffset: 0, bytes: this.diskBytes, file: 0, offset: 0 }];
  }

  allocatedBytes(): Bytes {
    return this.diskBytes;
  }

  counters(): Readonly<Record<string, number>> {
    return {};
  }

  private create(plan: Plan): void {
    if (this.release !== '7.2') {
      this.file.truncate(plan, this.diskBytes);
      return;
    }
    this.file.truncate(plan, 0);
    this.file.truncate(plan, this.diskBytes);
    const first = Math.min(4096, this.diskBytes);
    const entry = plan.add(Kind.WRITE, Mode.BLOCKING, Purpose.METADATA, 0, 0, first);
    plan.holds(entry, 0, first, Content.ZEROS, 0);
  }

  /** What opening reads: for the format where it is not known, and since 7.2 for the alignment where the host's cache is passed by. */
  private look(plan: Plan, op: Op): void {
    if (this.release !== '7.2') {
      if (op !== Op.OPEN_KNOWN) this.file.probe(plan);
      return;
    }
    if (this.cache === 'none') {
      this.file.readSectors(plan, 0, 512, Purpose.METADATA);
      this.file.readSectors(plan, 0, 4096, Purpose.METADATA);
    }
    if (op === Op.OPEN_BELOW) this.file.readSectors(plan, 0, 512, Purpose.METADATA);
  }
}

export const raw: ImageFormatModel<typeof options> = {
  about: 'A raw image: no metadata, one host I/O a request',
  source: 'QEMU 0.12.5 and 7.2, block/raw-posix.c, seen in recorded operations',
  hasSnapshots: false,
  hasBacking: false,
  options,
  make(context, { release }) {
    refuseBacking(context, 'raw');
    return new RawImage(context, release);
  },
};
