/**
 * A file as ZFS keeps it: records at the leaves of a tree of indirect blocks, none of which is ever changed in place. A snapshot keeps the
 * root; what changes after it is copied, from the leaf up. Counts of references stand for birth times and dead lists: they free the same
 * blocks. It knows no requests.
 */
import { Content, Kind, Mode, Purpose, type Plan } from '../../io/plan.js';
import type { Bytes } from '../../../sim/units.js';
import type { SharedPlaces } from '../shared-places.js';
import type { Grace } from './grace.js';

/** Dirty: not written since it changed, and so without a place. */
const noPlace = -1;

/** An indirect block; at level 1 it points to records. */
export class IndirectBlock {
  references = 1;
  place = noPlace;
  isInMemory = true;
  /** Level 1: number of the record's place plus one, 0 for a hole. */
  readonly records: Int32Array | null;
  readonly children: (IndirectBlock | null)[];

  constructor(
    readonly level: number,
    readonly fanout: number,
  ) {
    this.records = level === 1 ? new Int32Array(fanout) : null;
    this.children = level === 1 ? [] : new Array<IndirectBlock | null>(fanout).fill(null);
  }
}

export class BlockTree {
  root: IndirectBlock;
  /** Pointers that an indirect block holds. */
  private readonly fanout: number;
  private dirty: IndirectBlock[] = [];

  constructor(
    records: number,
    private readonly indirectBytes: Bytes,
    pointerBytes: Bytes,
    private readonly recordPlaces: SharedPlaces,
    private readonly indirectPlaces: SharedPlaces,
    private readonly freedRecords: Grace,
    private readonly freedIndirects: Grace,
  ) {
    this.fanout = indirectBytes / pointerBytes;
    let level = 1;
    while (this.fanout ** level < records) level += 1;
    this.root = this.makeDirty(new IndirectBlock(level, this.fanout));
  }

  /** The number of a record's place; -1 for a hole. */
  find(record: number, root = this.root): number {
    let block: IndirectBlock | null = root;
    while (block !== null && block.level > 1) block = block.children[this.indexIn(block, record)] ?? null;
    return block === null ? -1 : block.records![record % this.fanout]! - 1;
  }

  /** Gives a record another place; the one before loses a reference. */
  set(record: number, place: number): void {
    let block = (this.root = this.own(this.root));
    while (block.level > 1) {
      const i = this.indexIn(block, record);
      const child = block.children[i] ?? null;
      block = block.children[i] = child === null ? this.makeDirty(new IndirectBlock(block.level - 1, this.fanout)) : this.own(child);
    }
    const records = block.records!;
    const before = records[record % this.fanout]! - 1;
    if (before !== -1) this.freedRecords.unrefer(before);
    records[record % this.fanout] = place + 1;
  }

  /**
   * Adds reads of the indirect blocks nearest to the root, on the way to a range of records, that are not in memory; they count as in memory
   * from now on. Answers whether there are any: if so, some may be missing below.
   */
  load(plan: Plan, first: number, last: number): boolean {
    for (let level = this.root.level; level >= 1; level--) if (this.loadLevel(plan, this.root, level, first, last)) return true;
    return false;
  }

  /** Nothing of a tree is in memory. */
  forget(block: IndirectBlock = this.root): void {
    block.isInMemory = false;
    for (const child of block.children) if (child !== null) this.forget(child);
  }

  /** Keeps a tree as it is now. */
  keep(root: IndirectBlock): IndirectBlock {
    root.references += 1;
    return root;
  }

  /** Lets a kept tree go: what only it refers to is freed. */
  drop(block: IndirectBlock): void {
    block.references -= 1;
    if (block.references > 0) return;
    this.freedIndirects.unrefer(block.place);
    for (const child of block.children) if (child !== null) this.drop(child);
    if (block.records !== null) for (const record of block.records) if (record !== 0) this.freedRecords.unrefer(record - 1);
  }

  /** Adds the writes of all indirect blocks that have changed, each to a place of its own. */
  writeDirty(plan: Plan, mode: Mode): void {
    for (const block of this.dirty) block.place = this.indirectPlaces.take();
    for (const block of this.dirty) {
      const offset = this.indirectPlaces.offsetOf(block.place);
      const entry = plan.add(Kind.WRITE, mode, Purpose.METADATA, 0, offset, this.indirectBytes);
      plan.holds(entry, 0, this.indirectBytes, Content.METADATA, block.level);
    }
    this.dirty = [];
  }

  /** A block that may be changed in memory: itself, or a copy where others refer to it too. */
  private own(block: IndirectBlock): IndirectBlock {
    if (block.references === 1) return block.place === noPlace ? block : this.makeDirty(block);
    const copy = new IndirectBlock(block.level, this.fanout);
    for (let i = 0; i < block.children.length; i++) copy.children[i] = this.referTo(block.children[i] ?? null);
    if (block.records !== null) {
      copy.records!.set(block.records);
      for (const record of block.records) if (record !== 0) this.recordPlaces.refer(record - 1);
    }
    block.references -= 1;
    return this.makeDirty(copy);
  }

  private referTo(child: IndirectBlock | null): IndirectBlock | null {
    if (child !== null) child.references += 1;
    return child;
  }

  private makeDirty(block: IndirectBlock): IndirectBlock {
    if (block.place !== noPlace) this.freedIndirects.unrefer(block.place);
    block.place = noPlace;
    this.dirty.push(block);
    return block;
  }

  private loadLevel(plan: Plan, block: IndirectBlock, level: number, first: number, last: number): boolean {
    if (block.level === level) {
      if (block.isInMemory) return false;
      plan.add(Kind.READ, Mode.ASYNC, Purpose.METADATA, 0, this.indirectPlaces.offsetOf(block.place), this.indirectBytes);
      block.isInMemory = true;
      return true;
    }
    const span = this.fanout ** (block.level - 1);
    const from = Math.floor(first / span);
    const to = Math.floor(last / span);
    let isAny = false;
    for (let i = from; i <= to; i++) {
      const child = block.children[i % this.fanout] ?? null;
      if (child === null) continue;
      const isIn = this.loadLevel(plan, child, level, Math.max(first, i * span), Math.min(last, (i + 1) * span - 1));
      isAny = isIn || isAny;
    }
    return isAny;
  }

  private indexIn(block: IndirectBlock, record: number): number {
    return Math.floor(record / this.fanout ** (block.level - 1)) % this.fanout;
  }
}
