/**
 * Which block of its directory holds each file's entry, in directories that are lists of blocks or hashed trees (dir_index). A name is
 * known by its length and a hash only. It knows neither where the blocks lie nor inodes. Source: "A Directory Index for Ext2" (D. Phillips, 2001).
 */
import { mix32 } from '../../../sim/random.js';
import type { Bytes } from '../../../sim/units.js';
import type { FileNumber } from '../file-layout.js';
import { Int32Column } from '../state/column.js';

const entryHead = 8;
/** The entries `.` and `..`. */
const ownEntries = 24;
const indexEntry = 8;
const rootHead = 32;

/** Blocks of one directory, counted from its start. Leaves are in the order of their hashes, in a list in that of their blocks. */
class Directory {
  /** Numbers of the leaves. */
  leaves = new Int32Array(1);
  leafCount = 0;
  blocks = 1;
  isTree = false;
  /** Blocks of the second level of the index: block numbers, and how many leaves the index block holds. */
  readonly nodes: number[] = [];
  readonly nodeLeaves: number[] = [];
  entries = 0;

  insert(at: number, leaf: number): void {
    if (this.leafCount === this.leaves.length) {
      const leaves = new Int32Array(this.leafCount * 2);
      leaves.set(this.leaves);
      this.leaves = leaves;
    }
    this.leaves.copyWithin(at + 1, at, this.leafCount);
    this.leaves[at] = leaf;
    this.leafCount += 1;
  }
}

/** Told of blocks of a directory, counted from its start. */
export interface DirectoryUse {
  read(block: number): void;
  change(block: number): void;
  /** The directory has one block more, at its end. */
  grow(block: number): void;
}

export class Directories {
  private readonly byNumber: (Directory | undefined)[] = [];
  private readonly freeNumbers: number[] = [];
  /** Of each directory, its place in `byNumber`. */
  private readonly numberOf = new Int32Column();
  private readonly leafOf = new Int32Column();
  private readonly nextInLeaf = new Int32Column();
  private readonly previousInLeaf = new Int32Column();
  /** Of each leaf: its block, its first file, how many entries, its lowest hash. */
  private readonly leafBlock = new Int32Column();
  private readonly leafFirst = new Int32Column();
  private readonly leafEntries = new Int32Column();
  private readonly leafHash = new Int32Column();
  private readonly freeLeaves: number[] = [];
  private leavesMade = 0;
  private readonly perBlock: number;
  private readonly perFirstBlock: number;
  private readonly perRoot: number;
  private readonly perNode: number;
  private scratch = new Int32Array(64);

  constructor(
    blockBytes: Bytes,
    nameBytes: Bytes,
    private readonly hashed: boolean,
  ) {
    const entryBytes = entryHead + Math.ceil(nameBytes / 4) * 4;
    this.perBlock = Math.floor(blockBytes / entryBytes);
    this.perFirstBlock = Math.floor((blockBytes - ownEntries) / entryBytes);
    this.perRoot = Math.floor((blockBytes - rootHead) / indexEntry);
    this.perNode = Math.floor((blockBytes - indexEntry) / indexEntry);
  }

  isDirectory(file: FileNumber): boolean {
    return this.numberOf.get(file) !== 0;
  }

  /** Makes an empty directory of one block. */
  open(directory: FileNumber): void {
    const number = this.freeNumbers.pop() ?? this.byNumber.length + 1;
    const made = new Directory();
    this.byNumber[number - 1] = made;
    this.numberOf.set(directory, number);
    made.insert(0, this.makeLeaf(0, 0));
  }

  close(directory: FileNumber): void {
    const { leaves, leafCount } = this.of(directory);
    for (let i = 0; i < leafCount; i++) this.freeLeaves.push(leaves[i]!);
    const number = this.numberOf.get(directory);
    this.byNumber[number - 1] = undefined;
    this.freeNumbers.push(number);
    this.numberOf.set(directory, 0);
  }

  isEmpty(directory: FileNumber): boolean {
    return this.of(directory).entries === 0;
  }

  blocks(directory: FileNumber): number {
    return this.of(directory).blocks;
  }

  /** The most blocks by which the directory grows if one entry more comes to it. */
  mostGrowth(directory: FileNumber, file: FileNumber): number {
    const held = this.of(directory);
    if (!held.isTree) {
      const isFull = held.entries >= this.perFirstBlock + (held.leafCount - 1) * this.perBlock;
      return isFull ? (this.hashed ? 2 : 1) : 0;
    }
    const leaf = held.leaves[this.findLeaf(held, mix32(file))]!;
    return this.leafEntries.get(leaf) < this.perBlock ? 0 : 3;
  }

  /** What finding an entry reads: the way through the index, or the blocks of the list up to the entry's. */
  find(file: FileNumber, directory: FileNumber, use: DirectoryUse): void {
    const held = this.of(directory);
    const block = this.leafBlock.get(this.leafOf.get(file));
    if (!held.isTree) for (let b = 0; b < block; b++) use.read(b);
    else this.readIndex(held, this.findLeaf(held, mix32(file)), use);
    use.read(block);
  }

  /** What finding out that there is no such entry reads, and then what adding it changes. */
  add(file: FileNumber, directory: FileNumber, use: DirectoryUse): void {
    const held = this.of(directory);
    held.entries += 1;
    if (held.isTree) this.addToTree(held, file, use);
    else this.addToList(held, file, use);
  }

  remove(file: FileNumber, directory: FileNumber, use: DirectoryUse): void {
    this.find(file, directory, use);
    const leaf = this.leafOf.get(file);
    const [next, previous] = [this.nextInLeaf.get(file), this.previousInLeaf.get(file)];
    if (previous === 0) this.leafFirst.set(leaf, next);
    else this.nextInLeaf.set(previous, next);
    if (next !== 0) this.previousInLeaf.set(next, previous);
    this.leafEntries.set(leaf, this.leafEntries.get(leaf) - 1);
    this.of(directory).entries -= 1;
    use.change(this.leafBlock.get(leaf));
  }

  private of(directory: FileNumber): Directory {
    return this.byNumber[this.numberOf.get(directory) - 1]!;
  }

  private addToList(held: Directory, file: FileNumber, use: DirectoryUse): void {
    for (let i = 0; i < held.leafCount; i++) use.read(this.leafBlock.get(held.leaves[i]!));
    for (let i = 0; i < held.leafCount; i++) {
      const leaf = held.leaves[i]!;
      if (this.leafEntries.get(leaf) >= (i === 0 ? this.perFirstBlock : this.perBlock)) continue;
      this.put(file, leaf, use);
      return;
    }
    if (this.hashed) {
      this.becomeTree(held, use);
      this.put(file, this.splitFor(held, 0, mix32(file), use), use);
      return;
    }
    const leaf = this.makeLeaf(held.blocks, 0);
    held.insert(held.leafCount, leaf);
    this.grow(held, use);
    this.put(file, leaf, use);
  }

  /** The first block becomes the index's root; its entries move to a new block, which is then split. */
  private becomeTree(held: Directory, use: DirectoryUse): void {
    held.isTree = true;
    this.leafBlock.set(held.leaves[0]!, held.blocks);
    this.grow(held, use);
    use.change(0);
  }

  private addToTree(held: Directory, file: FileNumber, use: DirectoryUse): void {
    const hash = mix32(file);
    const at = this.findLeaf(held, hash);
    this.readIndex(held, at, use);
    const leaf = held.leaves[at]!;
    use.read(this.leafBlock.get(leaf));
    this.put(file, this.leafEntries.get(leaf) < this.perBlock ? leaf : this.splitFor(held, at, hash, use), use);
  }

  private put(file: FileNumber, leaf: number, use: DirectoryUse): void {
    this.link(file, leaf);
    use.change(this.leafBlock.get(leaf));
  }

  /** Splits a leaf, and answers the half in which a hash belongs. */
  private splitFor(held: Directory, at: number, hash: number, use: DirectoryUse): number {
    const lower = held.leaves[at]!;
    this.growIndex(held, at, use);
    const upper = this.split(held, at, use);
    return this.leafHash.get(upper) <= hash ? upper : lower;
  }

  /** The leaf whose hashes begin at or below this one: the leaves' lowest hashes are in order, and the first is below all. */
  private findLeaf(held: Directory, hash: number): number {
    let low = 0;
    let high = held.leafCount;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.leafHash.get(held.leaves[middle]!) <= hash) low = middle;
      else high = middle;
    }
    return low;
  }

  private readIndex(held: Directory, at: number, use: DirectoryUse): void {
    use.read(0);
    if (held.nodes.length > 0) use.read(held.nodes[this.nodeOf(held, at)]!);
  }

  private nodeOf(held: Directory, at: number): number {
    let node = 0;
    for (let left = at; left >= held.nodeLeaves[node]! && node < held.nodes.length - 1; node++) left -= held.nodeLeaves[node]!;
    return node;
  }

  /** Makes room for one leaf more in the index, and changes the index block that will name it. */
  private growIndex(held: Directory, at: number, use: DirectoryUse): void {
    if (held.nodes.length === 0) {
      if (held.leafCount < this.perRoot) {
        use.change(0);
        return;
      }
      // A second level: what the root named moves to a block of its own.
      held.nodes.push(held.blocks);
      held.nodeLeaves.push(held.leafCount + 1);
      use.change(0);
      this.growNode(held, use);
      return;
    }
    const node = this.nodeOf(held, at);
    use.change(held.nodes[node]!);
    held.nodeLeaves[node]! += 1;
    if (held.nodeLeaves[node]! <= this.perNode) return;
    const half = held.nodeLeaves[node]! >>> 1;
    held.nodeLeaves[node]! -= half;
    held.nodes.splice(node + 1, 0, held.blocks);
    held.nodeLeaves.splice(node + 1, 0, half);
    this.growNode(held, use);
    use.change(0);
  }

  private growNode(held: Directory, use: DirectoryUse): void {
    const block = held.blocks;
    this.grow(held, use);
    use.change(block);
  }

  /** Moves the upper half of a leaf's hashes to a new leaf, and answers it. */
  private split(held: Directory, at: number, use: DirectoryUse): number {
    const leaf = held.leaves[at]!;
    const files = this.takeAll(leaf);
    const middle = files.length >>> 1;
    const upper = this.makeLeaf(held.blocks, mix32(files[middle]!));
    held.insert(at + 1, upper);
    this.grow(held, use);
    for (let i = files.length - 1; i >= 0; i--) this.link(files[i]!, i < middle ? leaf : upper);
    use.change(this.leafBlock.get(leaf));
    use.change(this.leafBlock.get(upper));
    return upper;
  }

  /** The files of a leaf by their hashes; the leaf is empty then. */
  private takeAll(leaf: number): Int32Array {
    const count = this.leafEntries.get(leaf);
    if (this.scratch.length < count) this.scratch = new Int32Array(count);
    const files = this.scratch.subarray(0, count);
    let file = this.leafFirst.get(leaf);
    for (let i = 0; i < count; i++) {
      files[i] = file;
      file = this.nextInLeaf.get(file);
    }
    files.sort(byHash);
    this.leafFirst.set(leaf, 0);
    this.leafEntries.set(leaf, 0);
    return files;
  }

  private link(file: FileNumber, leaf: number): void {
    const first = this.leafFirst.get(leaf);
    this.leafOf.set(file, leaf);
    this.previousInLeaf.set(file, 0);
    this.nextInLeaf.set(file, first);
    if (first !== 0) this.previousInLeaf.set(first, file);
    this.leafFirst.set(leaf, file);
    this.leafEntries.set(leaf, this.leafEntries.get(leaf) + 1);
  }

  private makeLeaf(block: number, hash: number): number {
    const leaf = this.freeLeaves.pop() ?? this.leavesMade++;
    this.leafBlock.set(leaf, block);
    this.leafHash.set(leaf, hash);
    this.leafFirst.set(leaf, 0);
    this.leafEntries.set(leaf, 0);
    return leaf;
  }

  private grow(held: Directory, use: DirectoryUse): void {
    use.grow(held.blocks);
    held.blocks += 1;
  }
}

const byHash = (a: number, b: number): number => mix32(a) - mix32(b);
