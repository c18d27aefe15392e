/**
 * What images share that keep snapshots by name within themselves and lie over nothing: requests by slot, and snapshots by name.
 * It knows neither where content lies nor I/O.
 */
import { InputError } from '../../sim/errors.js';
import { formatBytes, type Bytes } from '../../sim/units.js';
import {
  type LIVE,
  Next,
  Op,
  type CacheMode,
  type Extent,
  type FormatContext,
  type ImageFile,
  type ImageFormat,
  type RequestId,
} from '../io/image-format.js';
import { Mode, Purpose, type Plan } from '../io/plan.js';
import { RequestQueue } from '../io/request-queue.js';

/** @typeParam View what tells where the content of a snapshot lies */
export abstract class SnapshottingImage<View> implements ImageFormat {
  readonly diskBytes: Bytes;
  readonly files: ImageFile[];
  readonly released = new RequestQueue();
  cache: CacheMode;
  protected readonly snapshots = new Map<string, View>();
  protected readonly op: Uint8Array;
  /** What a data request does next; 0 at its begin. */
  protected readonly phase: Uint8Array;
  protected readonly offset: Float64Array;
  protected readonly bytes: Float64Array;
  private readonly names: string[];

  constructor(
    context: FormatContext,
    readonly formatName: string,
  ) {
    const { diskBytes, cache, slots, backing } = context;
    if (backing !== null) {
      throw new InputError('backing image', `one of ${formatBytes(backing.diskBytes)}`, `none: ${formatName} lies over nothing`);
    }
    this.diskBytes = diskBytes;
    this.cache = cache;
    this.files = [{ role: 'image', name: `${context.name ?? 'img0'}.${formatName}`, bytes: 0 }];
    this.op = new Uint8Array(slots);
    this.phase = new Uint8Array(slots);
    this.offset = new Float64Array(slots);
    this.bytes = new Float64Array(slots);
    this.names = new Array<string>(slots).fill('');
  }

  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    this.op[r] = op;
    this.phase[r] = 0;
    this.offset[r] = offset;
    this.bytes[r] = bytes;
    if (op < Op.CREATE) return;
    if (op === Op.APPLY || op === Op.DELETE) this.viewOf(name);
    if (op === Op.SNAPSHOT && this.snapshots.has(name)) {
      throw new InputError(`snapshot "${name}"`, 'a snapshot of this name', 'a name that no snapshot has');
    }
    this.names[r] = name;
  }

  step(r: RequestId, plan: Plan): Next {
    switch (this.op[r] as Op) {
      case Op.READ:
        return this.stepRead(r, plan);
      case Op.WRITE:
        return this.stepWrite(r, plan);
      case Op.FLUSH:
        this.planFlush(plan);
        return Next.DONE;
      default:
        this.control(this.op[r] as Op, plan, this.names[r]!);
        return Next.DONE;
    }
  }

  abstract readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void;
  abstract extents(view: string | typeof LIVE): Extent[];
  abstract allocatedBytes(): Bytes;
  abstract counters(): Readonly<Record<string, number>>;

  protected abstract stepRead(r: RequestId, plan: Plan): Next;
  protected abstract stepWrite(r: RequestId, plan: Plan): Next;
  protected abstract planFlush(plan: Plan): void;
  /** A control operation in one step, with no other request in flight. */
  protected abstract control(op: Op, plan: Plan, name: string): void;

  /** The view of a snapshot. Throws InputError if there is none of this name. */
  protected viewOf(name: string): View {
    const found = this.snapshots.get(name);
    if (found !== undefined) return found;
    const known = [...this.snapshots.keys()].join(', ');
    throw new InputError(
      `snapshot "${name}"`,
      'no snapshot of this name',
      known === '' ? 'an image that has snapshots' : `one of ${known}`,
    );
  }

  /** Has the entries from `first` on, planned for a guest, done in the main loop for a copy. */
  protected makeBlocking(plan: Plan, first: number): void {
    for (let i = first; i < plan.size; i++) {
      plan.mode[i] = Mode.BLOCKING;
      plan.after[i] = -1;
      if (plan.purpose[i] === Purpose.DATA) plan.purpose[i] = Purpose.COPY;
    }
  }
}
