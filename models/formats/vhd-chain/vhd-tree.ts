/**
 * The VHD files of a disk and its snapshots as a tree: leaves are the live disk and a handle a snapshot, all else is read-only. A file that
 * nobody needs goes, and an only child is merged into its parent. It knows no requests.
 * Source: OnceCloud paper, section 2; XenServer's storage manager.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Extent, ImageFile } from '../../io/image-format.js';
import type { FileId, Plan } from '../../io/plan.js';
import { ExtentList } from '../backing.js';
import { coalesce } from './coalesce.js';
import { Vhd, type VhdSettings } from './vhd.js';

const liveName = '';

/** The live disk or a snapshot's handle: which file it is may change as files are merged. */
export interface Leaf {
  vhd: Vhd;
}

export class VhdTree {
  readonly live: Leaf;
  /** Files made, named or laid over another so far. */
  private changes = 0;
  /** Content that merging files has copied. */
  coalescedBytes: Bytes = 0;
  /** Files in use. */
  private readonly nodes: Vhd[];
  private readonly leaves: Leaf[];
  /** Files that were removed: their places in the list of files are used again. */
  private readonly removed: Vhd[] = [];

  /** @param files begins with the first file's; gets each that is added */
  constructor(
    private readonly files: ImageFile[],
    private readonly diskBytes: Bytes,
    private readonly settings: VhdSettings,
  ) {
    this.live = { vhd: new Vhd(0, files[0]!, diskBytes, settings) };
    this.nodes = [this.live.vhd];
    this.leaves = [this.live];
  }

  /** Has the files of the live disk opened, from the leaf to the root. */
  open(plan: Plan): void {
    for (let vhd: Vhd | null = this.live.vhd; vhd !== null; vhd = vhd.parent) vhd.open(plan);
  }

  /** The live file becomes the read-only parent of a new live file and of a handle; both are empty. */
  snapshot(name: string, plan: Plan): Leaf {
    const base = this.live.vhd;
    base.close(plan);
    const handle = { vhd: this.addOver(base, name, plan) };
    this.leaves.push(handle);
    this.live.vhd = this.addOver(base, liveName, plan);
    return handle;
  }

  /** The live disk begins anew over what a handle shows; a handle that has content of its own becomes a parent first. */
  apply(handle: Leaf, plan: Plan): void {
    const before = this.live.vhd;
    let base = handle.vhd.parent;
    if (base === null || !handle.vhd.isEmpty) {
      base = handle.vhd;
      handle.vhd = this.addOver(base, base.name, plan);
    }
    this.live.vhd = this.addOver(base, liveName, plan);
    this.remove(before, plan);
    this.tidy(plan);
  }

  delete(handle: Leaf, plan: Plan): void {
    this.leaves.splice(this.leaves.indexOf(handle), 1);
    this.remove(handle.vhd, plan);
    this.tidy(plan);
  }

  extents(leaf: Leaf): Extent[] {
    const list = new ExtentList(null, 0);
    this.addExtents(list, leaf.vhd, 0, this.diskBytes);
    return list.rows;
  }

  get allocatedBytes(): Bytes {
    return this.nodes.reduce((sum, { file }) => sum + file.bytes, 0);
  }

  /** Files that a read of the live disk may have to look at. */
  get depth(): number {
    let depth = 0;
    for (let vhd: Vhd | null = this.live.vhd; vhd !== null; vhd = vhd.parent) depth += 1;
    return depth;
  }

  /** The file of a number in the list of files; null where none is in use. */
  file(id: FileId): Vhd | null {
    return this.nodes.find((vhd) => vhd.id === id) ?? null;
  }

  private addOver(parent: Vhd, name: string, plan: Plan): Vhd {
    const vhd = this.removed.pop() ?? this.addFile();
    vhd.parent = parent;
    vhd.name = name;
    vhd.made = vhd.changed = ++this.changes;
    this.nodes.push(vhd);
    vhd.create(plan);
    return vhd;
  }

  private addFile(): Vhd {
    const file: ImageFile = { role: 'image', name: `s${this.files.length}.vhd`, bytes: 0 };
    return new Vhd(this.files.push(file) - 1, file, this.diskBytes, this.settings);
  }

  private remove(vhd: Vhd, plan: Plan): void {
    this.nodes.splice(this.nodes.indexOf(vhd), 1);
    this.removed.push(vhd);
    vhd.remove(plan);
  }

  /** Removes files that nothing lies over, and merges only children into their parents, until nothing is left to do. */
  private tidy(plan: Plan): void {
    for (;;) {
      const parent = this.nodes.find((vhd) => !this.leaves.some((leaf) => leaf.vhd === vhd) && this.childrenOf(vhd).length < 2);
      if (parent === undefined) return;
      const child = this.childrenOf(parent)[0];
      if (child === undefined) this.remove(parent, plan);
      else this.merge(child, parent, plan);
    }
  }

  private merge(child: Vhd, parent: Vhd, plan: Plan): void {
    this.coalescedBytes += coalesce(child, parent, plan);
    parent.close(plan);
    for (const leaf of this.leaves) {
      if (leaf.vhd !== child) continue;
      leaf.vhd = parent;
      parent.name = child.name;
      this.relink(parent, plan);
    }
    for (const vhd of this.childrenOf(child)) {
      vhd.parent = parent;
      this.relink(vhd, plan);
    }
    this.remove(child, plan);
  }

  private relink(vhd: Vhd, plan: Plan): void {
    vhd.changed = ++this.changes;
    vhd.relink(plan);
  }

  private childrenOf(parent: Vhd): Vhd[] {
    return this.nodes.filter((vhd) => vhd.parent === parent);
  }

  private addExtents(list: ExtentList, vhd: Vhd | null, offset: Bytes, bytes: Bytes): void {
    if (vhd === null) {
      list.add(offset, bytes, -1, 0);
      return;
    }
    for (let at = offset; at < offset + bytes;) {
      const run = vhd.run(at, offset + bytes - at);
      if (vhd.has(at)) list.add(at, run, vhd.id, vhd.placeOf(at));
      else this.addExtents(list, vhd.parent, at, run);
      at += run;
    }
  }
}
