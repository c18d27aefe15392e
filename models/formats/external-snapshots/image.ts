/**
 * A disk whose snapshots are images of their own: a snapshot leaves the image as it is and lays a new one over it; going back to a snapshot
 * lays a new one over that snapshot's image. Deleting one takes its image away where nothing lies over it; the only image over it is merged
 * into it, and takes its place; with more than one over it, it stays until they have gone. So do VMware's redo logs, whose approach the FVD
 * paper adopts (section 3.1); how snapshots are deleted it does not say, and this is the evident way. A snapshot is taken by tools on closed
 * images, which the hypervisor then opens anew; no zeros are searched for in a new image's parent. It knows neither layouts nor time.
 */
import { InputError } from '../../../sim/errors.js';
import type { Bytes, Nanoseconds } from '../../../sim/units.js';
import { IDLE, type BackgroundTask } from '../../io/background-task.js';
import {
  LIVE,
  Next,
  Op,
  type CacheMode,
  type Extent,
  type FormatContext,
  type ImageFile,
  type ImageFormat,
  type RequestId,
} from '../../io/image-format.js';
import type { FileId, Plan } from '../../io/plan.js';
import type { RequestQueue } from '../../io/request-queue.js';
import { refuseState } from '../refuse-state.js';
import { ChainNode, renumber } from './chain-node.js';
import { holdsPiece, mergePieces, type MergePiece } from './merge.js';
import { Totals } from './totals.js';

/** Makes an image of the format in question. */
export type MakeImage = (context: FormatContext) => ImageFormat;

/** A control operation under way: each step appends to the plan at hand. */
type Control = Generator<void, void, void>;

export class ExternalSnapshotsImage implements ImageFormat {
  readonly formatName: string;
  readonly diskBytes: Bytes;
  readonly files: ImageFile[];
  readonly background?: readonly BackgroundTask[];
  private readonly nodes: ChainNode[];
  private live: ChainNode;
  /** What the live image's numbers of files are; null while they are those of all files. */
  private map: Int32Array | null = null;
  /** Numbers of the files below the first image. */
  private readonly below: readonly FileId[];
  /** Numbers of files that were taken away. */
  private readonly spare: (readonly FileId[])[] = [];
  private made = 0;
  private mergedBytes: Bytes = 0;
  private readonly gone = new Totals();
  /** The control operation under way, the request that asked for it, and the plan at hand. */
  private control: Control | null = null;
  private controller: RequestId = 0;
  private plan: Plan | null = null;

  constructor(
    private readonly context: FormatContext,
    private readonly make: MakeImage,
  ) {
    const first = make(context);
    this.formatName = first.formatName;
    this.diskBytes = first.diskBytes;
    this.files = [...first.files];
    const own = first.files.filter(({ role }) => role !== 'backing').length;
    this.below = first.files.slice(own).map((_, i) => own + i);
    this.live = new ChainNode(
      first,
      Array.from({ length: own }, (_, i) => i),
      null,
    );
    this.nodes = [this.live];
    if (first.background !== undefined) this.background = first.background.map((_, k) => this.taskOf(k));
  }

  get cache(): CacheMode {
    return this.live.layer.cache;
  }

  set cache(mode: CacheMode) {
    this.live.layer.cache = mode;
  }

  get released(): RequestQueue {
    return this.live.layer.image.released;
  }

  begin(r: RequestId, op: Op, offset: Bytes, bytes: Bytes, name = ''): void {
    if (op === Op.SAVE_STATE || op === Op.LOAD_STATE) refuseState(this.formatName);
    if (op !== Op.SNAPSHOT && op !== Op.APPLY && op !== Op.DELETE) {
      this.live.layer.image.begin(r, op, offset, bytes, name);
      return;
    }
    this.controller = r;
    if (op === Op.SNAPSHOT) {
      if (this.find(name) !== undefined) {
        throw new InputError(`snapshot "${name}"`, 'a snapshot of this name', 'a name that no snapshot has');
      }
      this.control = this.snapshot(name);
    } else this.control = op === Op.APPLY ? this.apply(this.nodeOf(name)) : this.remove(this.nodeOf(name));
  }

  step(r: RequestId, plan: Plan): Next {
    if (this.control === null || this.controller !== r) {
      const first = plan.size;
      const firstRow = plan.contents?.size ?? 0;
      const next = this.live.layer.image.step(r, plan);
      if (this.map !== null) renumber(plan, first, firstRow, this.map);
      return next;
    }
    this.plan = plan;
    const { done } = this.control.next();
    this.plan = null;
    if (done !== true) return Next.CONTINUE;
    this.control = null;
    return Next.DONE;
  }

  readBlocking(plan: Plan, offset: Bytes, bytes: Bytes): void {
    this.readFrom(this.live, plan, offset, bytes);
  }

  extents(view: string | typeof LIVE): Extent[] {
    const node = view === LIVE ? this.live : this.nodeOf(view);
    const map = node.fileMap(this.below);
    return node.layer.extents(LIVE).map((row) => ({ ...row, file: row.file === -1 ? -1 : map[row.file]! }));
  }

  allocatedBytes(): Bytes {
    return this.nodes.reduce((sum, { layer }) => sum + layer.allocatedBytes(), 0);
  }

  counters(): Readonly<Record<string, number>> {
    const totals = new Totals();
    totals.add(this.gone.values);
    for (const { layer } of this.nodes) totals.add(layer.counters());
    return { ...totals.values, 'images in the chain': this.live.depth, 'bytes merged': this.mergedBytes };
  }

  private *snapshot(name: string): Control {
    yield* this.perform(this.live, Op.FLUSH);
    yield* this.perform(this.live, Op.CLOSE);
    this.live.snapshot = name;
    yield* this.layOver(this.live);
    yield* this.perform(this.live, Op.OPEN);
  }

  /** What was written since goes, once the new image is there. */
  private *apply(node: ChainNode): Control {
    const before = this.live;
    yield* this.perform(before, Op.CLOSE);
    yield* this.layOver(node);
    this.drop(before);
    yield* this.tidy(true);
    yield* this.perform(this.live, Op.OPEN);
  }

  private *remove(node: ChainNode): Control {
    node.snapshot = null;
    const wasClosed = yield* this.tidy(false);
    if (wasClosed) yield* this.perform(this.live, Op.OPEN);
  }

  /** Takes images away that nobody needs, and merges only children into their parents. Answers whether the live image was closed for it. */
  private *tidy(isClosed: boolean): Generator<void, boolean, void> {
    let closed = isClosed;
    for (;;) {
      const node = this.nodes.find((one) => one.snapshot === null && one !== this.live && this.childrenOf(one).length < 2);
      if (node === undefined) return closed;
      const child = this.childrenOf(node)[0];
      if (child === undefined) {
        this.drop(node);
        continue;
      }
      if (!closed) {
        yield* this.perform(this.live, Op.FLUSH);
        yield* this.perform(this.live, Op.CLOSE);
      }
      closed = true;
      yield* this.merge(child, node);
    }
  }

  /** Writes what the child holds to its parent, which then stands in the child's place. */
  private *merge(child: ChainNode, parent: ChainNode): Control {
    yield* this.perform(child, Op.OPEN_KNOWN);
    yield* this.perform(parent, Op.OPEN);
    for (const piece of mergePieces(child, parent)) {
      this.mergedBytes += piece.bytes;
      if (piece.file !== -1) {
        this.readFrom(child, this.plan!, piece.guestOffset, piece.bytes);
        yield;
      }
      yield* this.perform(parent, Op.WRITE, piece.guestOffset, piece.bytes, piece, child);
    }
    yield* this.perform(parent, Op.FLUSH);
    yield* this.perform(parent, Op.CLOSE);
    this.nodes.splice(this.nodes.indexOf(parent), 1);
    this.takeAway(child);
    child.layer.image = parent.layer.image;
    child.ids = parent.ids;
    child.parent = parent.parent;
    this.renumberLive();
  }

  /** An operation on one image, a step of its own for each of its steps; a write may hold a piece of another image. */
  private *perform(node: ChainNode, op: Op, offset = 0, bytes = 0, piece?: MergePiece, source?: ChainNode): Control {
    const r = this.controller;
    const map = node.fileMap(this.below);
    node.layer.begin(r, op, offset, bytes);
    for (let next = Next.CONTINUE; next !== Next.DONE;) {
      const plan = this.plan!;
      const first = plan.size;
      const firstRow = plan.contents?.size ?? 0;
      next = node.layer.step(r, plan);
      if (next === Next.WAIT) throw new Error('an operation on a snapshot waits though no request is in flight');
      renumber(plan, first, firstRow, map);
      if (piece !== undefined) holdsPiece(plan, first, firstRow, piece, source!.ids[piece.file] ?? 0);
      if (plan.size > first) yield;
    }
  }

  private readFrom(node: ChainNode, plan: Plan, offset: Bytes, bytes: Bytes): void {
    const first = plan.size;
    const firstRow = plan.contents?.size ?? 0;
    node.layer.readBlocking(plan, offset, bytes);
    if (node !== this.live || this.map !== null) renumber(plan, first, firstRow, node.fileMap(this.below));
  }

  /** Creates an empty image over another; it is the live one from now on. */
  private *layOver(parent: ChainNode): Control {
    const { diskBytes, cache, slots, name, seed, profile } = this.context;
    const image = this.make({
      diskBytes,
      cache,
      slots,
      backing: parent.layer,
      name: `${name ?? 'img0'}-${++this.made}`,
      ...(seed === undefined ? {} : { seed: `${seed}/${this.made}` }),
      ...(profile === undefined ? {} : { profile }),
    });
    image.cache = this.cache;
    const own = image.files.slice(0, this.live.ids.length);
    const ids = this.spare.pop() ?? own.map((_, i) => this.files.length + i);
    own.forEach((file, i) => (this.files[ids[i]!] = file));
    this.live = new ChainNode(image, ids, parent);
    this.nodes.push(this.live);
    this.renumberLive();
    yield* this.perform(this.live, Op.CREATE);
  }

  private drop(node: ChainNode): void {
    this.nodes.splice(this.nodes.indexOf(node), 1);
    this.takeAway(node);
  }

  /** The files of an image that stands in no chain any more go; what it counted stays. */
  private takeAway(node: ChainNode): void {
    this.gone.add(node.layer.counters());
    for (const file of node.ownFiles) file.bytes = 0;
    this.spare.push(node.ids);
  }

  private renumberLive(): void {
    const map = this.live.fileMap(this.below);
    this.map = map.every((id, i) => id === i) ? null : map;
  }

  private childrenOf(parent: ChainNode): ChainNode[] {
    return this.nodes.filter((node) => node.parent === parent);
  }

  private find(name: string): ChainNode | undefined {
    return this.nodes.find(({ snapshot }) => snapshot === name);
  }

  /** Throws InputError if there is no snapshot of this name. */
  private nodeOf(name: string): ChainNode {
    const found = this.find(name);
    if (found !== undefined) return found;
    const known = this.nodes.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot]));
    const expected = known.length === 0 ? 'an image that has snapshots' : `one of ${known.join(', ')}`;
    throw new InputError(`snapshot "${name}"`, 'no snapshot of this name', expected);
  }

  /** Task `k` of whichever image is live. */
  private taskOf(k: number): BackgroundTask {
    return {
      due: (now: Nanoseconds) => (this.control === null ? (this.live.layer.image.background?.[k]?.due(now) ?? IDLE) : IDLE),
      step: (plan: Plan, now: Nanoseconds) => {
        const first = plan.size;
        const firstRow = plan.contents?.size ?? 0;
        const next = this.live.layer.image.background![k]!.step(plan, now);
        if (this.map !== null) renumber(plan, first, firstRow, this.map);
        return next;
      },
    };
  }
}
