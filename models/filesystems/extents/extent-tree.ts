/**
 * The blocks of a file's extent tree: four extents stand in the inode, more in leaves, more than four leaves in index blocks. A node
 * is known by the first block of the file that it leads to. It finds no blocks: its owner does. Source: "The new ext4 filesystem: current
 * status and future plans" (A. Mathur et al., Ottawa Linux Symposium 2007), section 2.2.
 */
import type { Bytes } from '../../../sim/units.js';
import type { Block, FileNumber, MetadataUse } from '../file-layout.js';
import { RunMap } from '../state/run-map.js';

const extentBytes = 12;
const headBytes = 12;
const inInode = 4;
/** The longest extent, in blocks. */
const mostOfExtent = 32_768;

/** Finds a block of metadata for a file. */
export type FindNode = (file: FileNumber) => Block;

export class ExtentTree {
  /** Where the nodes lie: leaves, and index blocks above them. */
  private readonly leaves = new RunMap();
  private readonly indexes = new RunMap();
  readonly nodes = [this.leaves, this.indexes] as const;
  private readonly perNode: number;
  /** Of the node found last. */
  private key = 0;
  private block: Block = 0;

  constructor(
    private readonly data: RunMap,
    blockBytes: Bytes,
    private readonly findNode: FindNode,
  ) {
    this.perNode = Math.floor((blockBytes - headBytes) / extentBytes);
  }

  /** The most nodes that come to a file with so many blocks more. */
  mostOverhead(blocks: number): number {
    return blocks < inInode ? 4 : 4 + 2 * Math.ceil((2 * blocks) / this.perNode);
  }

  /** What is read to find block `at` of a file. */
  readPath(file: FileNumber, at: number, use: MetadataUse): void {
    if (this.find(this.indexes, file, at)) use.read(this.block);
    if (this.find(this.leaves, file, at)) use.read(this.block);
  }

  /** An extent that holds block `at` came to a file or changed. */
  change(file: FileNumber, at: number, inodeBlock: Block, use: MetadataUse): void {
    if (!this.find(this.leaves, file, at)) {
      use.change(inodeBlock);
      if (this.extentsUpTo(file, 0, Infinity, inInode + 1) > inInode) this.add(this.leaves, file, 0, use);
      return;
    }
    const { key, block } = this;
    use.change(block);
    const end = this.keyBehind(this.leaves, file, key);
    if (this.extentsUpTo(file, key, end, this.perNode + 1) <= this.perNode) return;
    this.add(this.leaves, file, this.splitKey(file, key, at, end), use);
    this.changeParent(file, at, inodeBlock, use);
  }

  /** Gives the nodes back that lead to nothing before block `first` of a file. */
  cut(file: FileNumber, first: number, use: MetadataUse, giveBack: (block: Block) => void): void {
    for (const nodes of this.nodes) {
      if (nodes.count(file) === 0) continue;
      for (let found = nodes.seek(file, first); found; found = nodes.next()) {
        for (let i = Math.max(0, first - nodes.begin); i < nodes.blocks; i++) {
          use.read(nodes.block + i);
          giveBack(nodes.block + i);
          use.forget(nodes.block + i);
        }
      }
      nodes.cut(file, first);
    }
  }

  private changeParent(file: FileNumber, at: number, inodeBlock: Block, use: MetadataUse): void {
    if (!this.find(this.indexes, file, at)) {
      use.change(inodeBlock);
      if (this.nodesUpTo(file, 0, Infinity, inInode + 1) > inInode) this.add(this.indexes, file, 0, use);
      return;
    }
    const { key, block } = this;
    use.change(block);
    const end = this.keyBehind(this.indexes, file, key);
    if (this.nodesUpTo(file, key, end, this.perNode + 1) <= this.perNode) return;
    this.find(this.leaves, file, at);
    this.add(this.indexes, file, this.key > key ? this.key : this.keyBehind(this.leaves, file, key), use);
    use.change(inodeBlock);
  }

  private add(nodes: RunMap, file: FileNumber, key: number, use: MetadataUse): void {
    const block = this.findNode(file);
    nodes.put(file, key, block, 1);
    use.change(block);
  }

  /** Nodes split where the extent came in, so that a file written in order fills them. */
  private splitKey(file: FileNumber, key: number, at: number, end: number): number {
    const { data } = this;
    data.seek(file, at);
    // A long run is several extents: the one that holds `at` begins at a multiple of their length.
    const begin = data.begin + Math.floor((at - data.begin) / mostOfExtent) * mostOfExtent;
    if (begin > key) return begin;
    const next = data.begin + Math.min(data.blocks, mostOfExtent);
    return data.seek(file, next) && data.begin < end ? Math.max(next, data.begin) : next;
  }

  /** The node that leads to block `at` of a file; false if the file has none of this level. */
  private find(nodes: RunMap, file: FileNumber, at: number): boolean {
    if (nodes.count(file) === 0 || !nodes.seekBefore(file, at + 1)) return false;
    const i = Math.min(at - nodes.begin, nodes.blocks - 1);
    this.key = nodes.begin + i;
    this.block = nodes.block + i;
    return true;
  }

  private keyBehind(nodes: RunMap, file: FileNumber, key: number): number {
    return nodes.seek(file, key + 1) ? Math.max(nodes.begin, key + 1) : Infinity;
  }

  /** Extents that begin in [from, to), counted no further than `most`. */
  private extentsUpTo(file: FileNumber, from: number, to: number, most: number): number {
    const { data } = this;
    let count = 0;
    for (let found = data.seek(file, from); found && data.begin < to && count < most; found = data.next())
      count += Math.ceil((Math.min(to, data.begin + data.blocks) - Math.max(from, data.begin)) / mostOfExtent);
    return count;
  }

  private nodesUpTo(file: FileNumber, from: number, to: number, most: number): number {
    const { leaves } = this;
    let count = 0;
    for (let found = leaves.seek(file, from); found && leaves.begin < to && count < most; found = leaves.next())
      count += Math.min(to, leaves.begin + leaves.blocks) - Math.max(from, leaves.begin);
    return count;
  }
}
