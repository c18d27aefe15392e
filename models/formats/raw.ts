/** A raw image: a place on the disk is the same place in the file. It keeps nothing. */
import { InputError } from '../../sim/errors.js';
import { choice, type Values } from '../../sim/options.js';
import { formatBytes, type Bytes } from '../../sim/units.js';
import {
  LIVE,
  Next,
  Op,
  type CacheMode,
  type Extent,
  type FormatContext,
  type ImageFile,
  type ImageFormat,
  type ImageFormatModel,
  type RequestId,
} from '../io/image-format.js';
import { Content, Kind, Mode, Purpose, type Plan } from '../io/plan.js';
import { RequestQueue } from '../io/request-queue.js';
import { SynchronousFile } from './synchronous-file.js';

const options = {
  release: choice('Release of QEMU whose tools create and open the file', ['0.12', '7.2'], '0.12'),
};

class RawImage implements ImageFormat {
  readonly formatName = 'raw';
  readonly diskBytes: Bytes;
  readonly files: readonly ImageFile[];
  readonly released = new RequestQueue();
  cache: CacheMode;
  private readonly file: SynchronousFile;
  private readonly op: Uint8Array;
  private readonly offset: Float64Array;
  private readonly bytes: Float64Array;

  constructor(
    context: FormatContext,
    private readonly release: Values<typeof options>['release'],
  ) {
    this.diskBytes = context.diskBytes;
    this.cache = context.cache;
    this.files = [{ role: 'image', name: `${context.name ?? 'img0'}.raw`, bytes: context.diskBytes }];
    this.file = new SynchronousFile(0, this.files[0]!);
    this.op = new Uint8Array(context.slots);
    this.offset = new Float64Array(context.slots);
    this.bytes = new Float64Array(context.slots);
  }

  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    if (op === Op.SNAPSHOT || op === Op.APPLY || op === Op.DELETE) {
      throw new InputError(`snapshot "${name}"`, 'the image format raw', 'a format that keeps snapshots');
    }
    this.op[r] = op;
    this.offset[r] = offset;
    this.bytes[r] = bytes;
  }

  step(r: RequestId, plan: Plan): Next {
    const offset = this.offset[r]!;
    const bytes = this.bytes[r]!;
    switch (this.op[r] as Op) {
      case Op.READ:
        this.file.readGuest(plan, offset, bytes, offset);
        break;
      case Op.WRITE:
        this.file.writeGuest(plan, offset, bytes, offset);
        break;
      case Op.FLUSH:
        plan.add(Kind.FLUSH, Mode.ASYNC, Purpose.DATA, 0, 0, 0);
        break;
      case Op.CREATE:
        this.create(plan);
        break;
      case Op.OPEN:
      case Op.OPEN_BELOW:
      case Op.OPEN_KNOWN:
        this.file.open(this.cache);
        this.look(plan, this.op[r] as Op);
        break;
      default:
        break;
    }
    return Next.DONE;
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    if (this.release === '7.2') this.file.readAwaited(plan, offset, bytes, offset);
    else this.file.readCopy(plan, offset, bytes, offset);
  }

  extents(view: string | typeof LIVE): Extent[] {
    if (view !== LIVE) throw new InputError(`snapshot "${view}"`, 'the image format raw', 'a format that keeps snapshots');
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
    if (context.backing !== null) {
      throw new InputError('backing image', `one of ${formatBytes(context.backing.diskBytes)}`, 'none: raw lies over nothing');
    }
    return new RawImage(context, release);
  },
};
