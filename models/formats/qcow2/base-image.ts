/**
 * What every release's qcow2 image has in common: requests by slot, one behind another where allocations meet, and the views of its tables.
 * It knows neither when metadata is read and written nor time.
 */
import { InputError } from '../../../sim/errors.js';
import type { Bytes } from '../../../sim/units.js';
import {
  LIVE,
  Next,
  Op,
  type Extent,
  type FormatContext,
  type ImageFile,
  type ImageFormat,
  type RequestId,
} from '../../io/image-format.js';
import { Mode, NONE, type Plan } from '../../io/plan.js';
import { backingFiles } from '../backing.js';
import { ImageBase } from '../image-base.js';
import type { DiskMap } from './disk-map.js';
import { extentsOf } from './extents.js';
import { Geometry, type BackingName } from './geometry.js';
import { InFlight } from './in-flight.js';
import { inspectTables, type Qcow2Tables } from './inspect.js';
import type { RefcountBlocks } from './refcount-blocks.js';
import type { Snapshot, SnapshotList } from './snapshot-list.js';

/** What a data request does next. */
export const enum Phase {
  /** Take on the next run. */
  RUN = 0,
  /** The run's data is written: map its new clusters. */
  LINK = 1,
  /** Mapped: set those free that wait, and go on after them. */
  RELEASE = 2,
  /** The backing image reads for it. */
  BACKING = 3,
  /** Another allocation is in the way. */
  BLOCKED = 4,
}

/** Files of an image that are not its backing image's. */
export const ownFiles = 1;

/** How a header names the image below. */
export const backingNameOf = (backing: ImageFormat | null): BackingName | null =>
  backing === null ? null : { fileName: backing.files[0]!.name, formatName: backing.formatName };

export abstract class Qcow2Base extends ImageBase {
  readonly files: readonly ImageFile[];

  protected abstract readonly version: number;
  protected abstract readonly refcounts: RefcountBlocks;
  protected abstract readonly mapping: DiskMap;
  protected abstract readonly snapshots: SnapshotList;
  protected readonly geometry: Geometry;
  protected readonly ownFile: ImageFile;
  protected readonly inFlight: InFlight;

  /** Of each request by slot, as its offset: what is left of it. */
  protected readonly left: Float64Array;
  protected readonly runBytes: Float64Array;
  protected readonly isFree: Uint8Array;

  /** Of the machine's state that was saved since the last snapshot. */
  private savedStateBytes: Bytes = 0;
  /** The snapshot that was applied last. */
  private loaded: Snapshot | null = null;

  constructor(context: FormatContext, clusterBytes: Bytes) {
    super(context, 'qcow2');
    const { slots, backing } = context;
    this.ownFile = { role: 'image', name: `${context.name ?? 'img0'}.qcow2`, bytes: 0 };
    this.files = [this.ownFile, ...backingFiles(backing)];
    this.geometry = new Geometry(clusterBytes, context.diskBytes);
    this.inFlight = new InFlight(slots, clusterBytes);
    this.left = this.bytes;
    this.runBytes = new Float64Array(slots);
    this.isFree = new Uint8Array(slots);
  }

  /** The machine's state lies as if the disk went on, from the first L2 table behind its end on. */
  override begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    super.begin(r, op, offset, bytes, name);
    if (op === Op.CREATE || op === Op.SNAPSHOT) this.loaded = null;
    if (op === Op.APPLY) this.loaded = this.snapshots.get(name);
    if (op === Op.CREATE || op === Op.APPLY) this.savedStateBytes = 0;
    if (op !== Op.SAVE_STATE && op !== Op.LOAD_STATE) return;
    this.assertQuiet();
    this.offset[r]! += this.geometry.stateStart;
    if (op === Op.SAVE_STATE) this.savedStateBytes = Math.max(offset === 0 ? 0 : this.savedStateBytes, offset + bytes);
    else if (this.loaded === null || this.loaded.stateBytes === 0)
      throw new InputError("the machine's state", 'no snapshot applied that keeps one', 'a snapshot to load it from');
  }

  /** While the machine's state is saved or loaded the hypervisor waits on the spot. */
  override step(r: RequestId, plan: Plan): Next {
    const op = this.op[r] as Op;
    if (op !== Op.SAVE_STATE && op !== Op.LOAD_STATE) return super.step(r, plan);
    const first = plan.size;
    const next = op === Op.SAVE_STATE ? this.stepSave(r, plan) : this.stepRead(r, plan);
    for (let i = first; i < plan.size; i++) {
      plan.mode[i] = Mode.BLOCKING;
      plan.after[i] = NONE;
    }
    return next;
  }

  extents(view: string | typeof LIVE): Extent[] {
    const l1 = view === LIVE ? this.mapping.l1 : this.snapshots.get(view).l1;
    return extentsOf(l1, this.geometry, this.diskBytes, this.backing, ownFiles);
  }

  allocatedBytes(): Bytes {
    return this.refcounts.allocatedClusters * this.geometry.clusterBytes;
  }

  /** The image's tables as its metadata says them now. */
  inspect(): Qcow2Tables {
    return inspectTables(this.version, this.geometry, this.refcounts, this.mapping, this.snapshots);
  }

  protected override checkSnapshot(op: Op, name: string): void {
    if (op === Op.DELETE) this.snapshots.toDelete(name);
    else if (op !== Op.SNAPSHOT) this.snapshots.get(name);
  }

  /** The next step of a piece of the machine's state, on the path of a guest's writes. */
  protected abstract stepSave(r: RequestId, plan: Plan): Next;

  /** How much state a snapshot that is made now keeps; the next one none of it. */
  protected takeSavedState(): Bytes {
    const bytes = this.savedStateBytes;
    this.savedStateBytes = 0;
    return bytes;
  }

  protected override get keepsState(): boolean {
    return true;
  }

  protected waitForObstacle(r: RequestId, plan: Plan): Next {
    this.inFlight.wait(r, this.inFlight.obstacle);
    this.isFree[r] = 0;
    this.phase[r] = Phase.BLOCKED;
    if (plan.size > 0) return Next.CONTINUE;
    this.inFlight.park(r);
    return Next.WAIT;
  }

  /** Whether a write may go on: it was not stopped by another allocation, or has been set free. */
  protected isUnblocked(r: RequestId): boolean {
    if (this.phase[r] !== Phase.BLOCKED) return true;
    if (this.isFree[r] === 0) {
      this.inFlight.park(r);
      return false;
    }
    this.phase[r] = Phase.RUN;
    return true;
  }

  protected finishRun(r: RequestId): void {
    const bytes = this.runBytes[r]!;
    this.offset[r]! += bytes;
    this.left[r]! -= bytes;
  }

  /** The hypervisor stops the machine and lets its requests end before it touches snapshots. */
  protected assertQuiet(): void {
    if (!this.inFlight.isEmpty) throw new Error('a snapshot operation while allocations are in flight');
  }
}
