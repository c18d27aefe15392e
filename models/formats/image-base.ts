/**
 * What every image does alike: requests in columns by slot, the step that each operation takes, and the cache mode, which the image below
 * shares. It knows neither where content lies nor what I/O a request causes.
 */
import { InputError } from '../../sim/errors.js';
import type { Bytes } from '../../sim/units.js';
import {
  Next,
  Op,
  type CacheMode,
  type Extent,
  type FormatContext,
  type ImageFile,
  type ImageFormat,
  type LIVE,
  type RequestId,
} from '../io/image-format.js';
import { Mode, NONE, Purpose, type Plan } from '../io/plan.js';
import { RequestQueue } from '../io/request-queue.js';
import { refuseState } from './refuse-state.js';
import { bytesInBacking, carryOutOnBacking, stepBacking } from './backing.js';

/** Of a flush: it goes on in the image below. */
const flushingBelow = 1;

export abstract class ImageBase implements ImageFormat {
  readonly diskBytes: Bytes;
  abstract readonly files: readonly ImageFile[];
  readonly released = new RequestQueue();
  protected readonly backing: ImageFormat | null;
  /** How many of `files` come before those of the image below. */
  protected ownFiles = 1;
  protected mode: CacheMode;
  protected readonly op: Uint8Array;
  /** What a request does next, as its format counts it; 0 at its begin. */
  protected readonly phase: Uint8Array;
  protected readonly offset: Float64Array;
  protected readonly bytes: Float64Array;
  protected readonly names: string[];

  /** @param diskBytes as the image says it, which may be more than was asked for */
  constructor(
    context: FormatContext,
    readonly formatName: string,
    diskBytes: Bytes = context.diskBytes,
  ) {
    const { backing, cache, slots } = context;
    this.diskBytes = diskBytes;
    this.backing = backing;
    this.mode = cache;
    this.op = new Uint8Array(slots);
    this.phase = new Uint8Array(slots);
    this.offset = new Float64Array(slots);
    this.bytes = new Float64Array(slots);
    this.names = new Array<string>(slots).fill('');
  }

  get cache(): CacheMode {
    return this.mode;
  }

  set cache(mode: CacheMode) {
    this.mode = mode;
    if (this.backing !== null) this.backing.cache = mode;
  }

  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    this.op[r] = this.carriedOutAs(op);
    this.phase[r] = 0;
    this.offset[r] = offset;
    this.bytes[r] = bytes;
    if (op < Op.CREATE) return;
    if ((op === Op.SAVE_STATE || op === Op.LOAD_STATE) && !this.keepsState) refuseState(this.formatName);
    if (op === Op.SNAPSHOT || op === Op.APPLY || op === Op.DELETE) this.checkSnapshot(op, name);
    this.names[r] = name;
  }

  step(r: RequestId, plan: Plan): Next {
    const op = this.op[r] as Op;
    switch (op) {
      case Op.READ:
        return this.stepRead(r, plan);
      case Op.WRITE:
        return this.stepWrite(r, plan);
      case Op.FLUSH:
        return this.stepFlush(r, plan);
      case Op.DISCARD:
        return this.stepDiscard(r, plan);
      case Op.WRITE_ZEROES:
      case Op.WRITE_ZEROES_UNMAP:
        return this.stepWriteZeroes(r, plan);
      default:
        this.control(r, op, plan);
        return Next.DONE;
    }
  }

  abstract readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void;
  abstract extents(view: string | typeof LIVE): Extent[];
  abstract allocatedBytes(): Bytes;
  abstract counters(): Readonly<Record<string, number>>;

  protected abstract stepRead(r: RequestId, plan: Plan): Next;
  protected abstract stepWrite(r: RequestId, plan: Plan): Next;
  /** A discard, which most formats pass over: the disk holds what it held. */
  protected stepDiscard(r: RequestId, plan: Plan): Next {
    this.control(r, Op.DISCARD, plan);
    return Next.DONE;
  }

  /** Zeros, in a format that knows them. */
  protected stepWriteZeroes(r: RequestId, plan: Plan): Next {
    return this.stepWrite(r, plan);
  }

  /** As which operation one is carried out: zeros are data, unless a format knows them. */
  protected carriedOutAs(op: Op): Op {
    return op === Op.WRITE_ZEROES || op === Op.WRITE_ZEROES_UNMAP ? Op.WRITE : op;
  }

  /** Adds what makes this image's own files durable. */
  protected abstract planFlush(plan: Plan): void;
  /** A control operation, in one step; what is not one of this format's does nothing. */
  protected abstract control(r: RequestId, op: Op, plan: Plan): void;

  /** Throws InputError where an operation on a snapshot cannot be: unless a format says otherwise it keeps none. */
  protected checkSnapshot(_op: Op, name: string): void {
    this.refuseSnapshot(name);
  }

  protected refuseSnapshot(name: string): never {
    throw new InputError(`snapshot "${name}"`, `the image format ${this.formatName}`, 'a format that keeps snapshots');
  }

  /** Whether the image keeps a machine's state: SAVE_STATE and LOAD_STATE. */
  protected get keepsState(): boolean {
    return false;
  }

  /** Whether a flush is one of the image below too. */
  protected get flushesBelow(): boolean {
    return false;
  }

  private stepFlush(r: RequestId, plan: Plan): Next {
    if (this.phase[r] === flushingBelow) return this.stepBelow(r, plan);
    this.planFlush(plan);
    if (this.backing === null || !this.flushesBelow) return Next.DONE;
    this.backing.begin(r, Op.FLUSH, 0, 0);
    this.phase[r] = flushingBelow;
    return Next.CONTINUE;
  }

  /** Begins the read of a range in the image below, as far as that goes; answers false where it does not go so far. */
  protected beginBelow(r: RequestId, offset: Bytes, bytes: Bytes): boolean {
    const below = bytesInBacking(this.backing, offset, bytes);
    if (below === 0) return false;
    this.backing!.begin(r, Op.READ, offset, below);
    return true;
  }

  /** The next step of a request that was begun in the image below. */
  protected stepBelow(r: RequestId, plan: Plan): Next {
    return stepBacking(this.backing!, this.ownFiles, r, plan);
  }

  /** As `stepBelow`, of a read that is the image's own. */
  protected stepCopyBelow(r: RequestId, plan: Plan): Next {
    const first = plan.size;
    const next = this.stepBelow(r, plan);
    for (let i = first; i < plan.size; i++) if (plan.purpose[i] === Purpose.DATA) plan.purpose[i] = Purpose.COPY;
    return next;
  }

  /** Opens the image below, if there is one. */
  protected openBacking(r: RequestId, op: Op, plan: Plan): void {
    if (this.backing !== null) carryOutOnBacking(this.backing, this.ownFiles, r, op, plan);
  }

  /** Has the entries from `first` on, planned for a guest, done in the main loop for a copy. */
  protected makeBlocking(plan: Plan, first: number): void {
    for (let i = first; i < plan.size; i++) {
      plan.mode[i] = Mode.BLOCKING;
      plan.after[i] = NONE;
      if (plan.purpose[i] === Purpose.DATA) plan.purpose[i] = Purpose.COPY;
    }
  }
}
