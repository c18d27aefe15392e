/**
 * What resize2fs reads and writes to grow or shrink a file system that is not mounted, and what it moves. It counts no time. Sources: man
 * page resize2fs(8); order, places and sizes of its I/O as seen with strace on resize2fs 1.47.
 */
import { InputError } from '../../../sim/errors.js';
import { unusedMetadata, type Block, type FileNumber, type MetadataUse } from '../file-layout.js';
import { nextClear } from '../state/bits.js';
import type { RunMap } from '../state/run-map.js';
import type { GroupGeometry } from './geometry.js';
import type { GroupedLayout } from './grouped-layout.js';

/** Told of each I/O, in order. */
export interface ResizeIo {
  read(first: Block, blocks: number): void;
  write(first: Block, blocks: number): void;
}

/** What the scan of the inodes reads at once. */
const scanBlocks = 8;

/** The fewest blocks that a file system could have (`resize2fs -M`). */
export function minimumBlocks(layout: GroupedLayout): number {
  const { groups } = layout;
  const { geometry } = groups;
  let used = 0;
  for (let group = 0; group < geometry.groups; group++) used += geometry.freeAtFirst(group) - groups.freeBlocksIn[group]!;
  const usedInodes = geometry.inodes - groups.freeInodes;
  let room = 0;
  for (let group = 0; group < geometry.groups; group++) {
    const metadata = geometry.tableEnd(group) - geometry.groupFirst(group);
    const isEnough = room + geometry.blocksPerGroup - metadata >= used && usedInodes <= (group + 1) * geometry.inodesPerGroup;
    if (isEnough)
      return Math.min(geometry.blocks, geometry.groupFirst(group) + Math.max(geometry.leastBlocks(group), metadata + used - room));
    room += geometry.blocksPerGroup - metadata;
  }
  return geometry.blocks;
}

/**
 * Gives a file system another number of blocks.
 * @throws InputError where it holds more than that, or cannot grow so far
 */
export function resize(layout: GroupedLayout, blocks: number, io: ResizeIo): void {
  const least = minimumBlocks(layout);
  if (blocks < least) throw new InputError('resize', `${blocks} blocks`, `at least ${least}, as many as are in use`);
  readState(layout.groups.geometry, io);
  if (blocks >= layout.blocks) grow(layout, blocks, io);
  else new Shrink(layout, blocks, io).run();
}

function readState(geometry: GroupGeometry, io: ResizeIo): void {
  io.read(geometry.superblock, 1 + geometry.descriptorBlocks);
  for (let group = 0; group < geometry.groups; group++) {
    io.read(geometry.blockBitmap(group), 1);
    io.read(geometry.inodeBitmap(group), 1);
  }
}

function grow({ groups, special }: GroupedLayout, blocks: number, io: ResizeIo): void {
  const { geometry } = groups;
  const before = geometry.groups;
  groups.resize(blocks);
  for (let group = before; group < geometry.groups; group++) io.write(geometry.inodeTable(group), geometry.inodeTableBlocks);
  if (special.growthMap !== -1) {
    io.read(special.growthMap, 1);
    io.write(geometry.superblock + 1 + geometry.descriptorBlocks, geometry.reservedDescriptorBlocks);
    io.write(special.growthMap, 1);
  }
  writeState(geometry, io);
}

/** Bitmaps, then copies of the superblock and the descriptors, then the primary superblock. */
function writeState(geometry: GroupGeometry, io: ResizeIo): void {
  for (let group = 0; group < geometry.groups; group++) {
    io.write(geometry.blockBitmap(group), 1);
    io.write(geometry.inodeBitmap(group), 1);
  }
  for (let group = geometry.groups - 1; group >= 0; group--)
    if (geometry.hasSuperblock(group)) io.write(geometry.groupFirst(group), 1 + geometry.descriptorBlocks);
}

/** A piece that lies behind the new end: of which map, where in its file, where on the disk. */
interface Piece {
  readonly map: RunMap;
  readonly file: FileNumber;
  readonly at: number;
  readonly block: Block;
  readonly blocks: number;
}

class Shrink {
  private readonly end: Block;
  private readonly groupsAtEnd: number;
  private readonly changedMaps = new Set<Block>();
  private readonly changedFiles = new Set<FileNumber>();
  private search: Block;

  constructor(
    private readonly layout: GroupedLayout,
    blocks: number,
    private readonly io: ResizeIo,
  ) {
    const { geometry } = layout.groups;
    this.end = blocks;
    const group = geometry.groupOf(blocks - 1);
    this.groupsAtEnd = blocks - geometry.groupFirst(group) < geometry.leastBlocks(group) && group > 0 ? group : group + 1;
    if (this.groupsAtEnd === group) this.end = geometry.groupFirst(group);
    this.search = geometry.firstDataBlock;
  }

  run(): void {
    const { layout, io } = this;
    const { geometry } = layout.groups;
    const pieces = this.piecesBehind();
    for (const piece of pieces) this.move(piece);
    for (const piece of pieces) this.note(piece);
    for (let group = 0; group < geometry.groups; group++)
      for (let i = 0; i < geometry.inodeTableBlocks; i += scanBlocks)
        io.read(geometry.inodeTable(group) + i, Math.min(scanBlocks, geometry.inodeTableBlocks - i));
    this.moveInodes();
    for (const block of sorted(this.changedMaps)) {
      io.read(block, 1);
      io.write(block, 1);
    }
    const inodeBlocks = new Set([...this.changedFiles].map((file) => geometry.inodeBlock(layout.inodeOf(file))));
    for (const block of sorted(inodeBlocks)) io.write(block, 1);
    layout.groups.resize(this.end);
    writeState(geometry, io);
  }

  /** What files own behind the end, in the order of the disk. */
  private piecesBehind(): Piece[] {
    const pieces: Piece[] = [];
    const { layout, end } = this;
    const collect = (map: RunMap, file: FileNumber): void => {
      for (let found = map.seek(file, 0); found; found = map.next()) {
        const skip = Math.max(0, end - map.block);
        if (skip < map.blocks) pieces.push({ map, file, at: map.begin + skip, block: map.block + skip, blocks: map.blocks - skip });
      }
    };
    for (const map of layout.files.owned) for (let file = 0; file <= layout.lastFile; file++) if (layout.has(file)) collect(map, file);
    const { journal, journalFile, journalMap } = layout.special;
    for (const file of [journalFile, journalMap]) collect(journal, file);
    return pieces.sort((a, b) => a.block - b.block);
  }

  private move({ map, file, at, block, blocks }: Piece): void {
    const { groups } = this.layout;
    const mark = map.seek(file, at) ? map.mark : 0;
    map.remove(file, at, blocks);
    for (let done = 0; done < blocks;) {
      const to = this.nextFree();
      const run = Math.min(groups.freeRun(to, Math.min(blocks - done, groups.geometry.inodeTableBlocks)), this.end - to);
      this.io.read(block + done, run);
      this.io.write(to, run);
      groups.take(to, run, unusedMetadata);
      map.put(file, at + done, to, run, mark);
      done += run;
    }
    groups.give(block, blocks, unusedMetadata);
  }

  /** Notes which inodes and blocks of maps name what moved. */
  private note({ map, file, at, blocks }: Piece): void {
    const { files, special } = this.layout;
    if (map === special.journal) return;
    this.changedFiles.add(file);
    if (map === files.data) files.readMap(file, at, blocks, this.noteMaps);
  }

  private readonly noteMaps: MetadataUse = {
    read: (block) => void this.changedMaps.add(block),
    change: () => undefined,
    forget: () => undefined,
  };

  /** Inodes of groups that go move to the first free ones; the directories that name them are read and written. */
  private moveInodes(): void {
    const { layout, io } = this;
    const { geometry } = layout.groups;
    const directories = new Set<FileNumber>();
    for (let file = 1; file <= layout.lastFile; file++) {
      if (!layout.has(file) || geometry.groupOfInode(layout.inodeOf(file)) < this.groupsAtEnd) continue;
      const group = layout.groups.freeInodesIn.findIndex((free) => free > 0);
      layout.moveInode(file, group, unusedMetadata);
      this.changedFiles.add(file);
      directories.add(layout.directoryOf(file));
    }
    if (directories.size === 0) return;
    for (let file = 0; file <= layout.lastFile; file++) {
      if (!layout.has(file) || !layout.isDirectory(file)) continue;
      for (let found = layout.data.seek(file, 0); found; found = layout.data.next()) {
        io.read(layout.data.block, layout.data.blocks);
        if (directories.has(file)) io.write(layout.data.block, layout.data.blocks);
      }
    }
  }

  /** The first free block of the disk. */
  private nextFree(): Block {
    const { groups } = this.layout;
    const { geometry } = groups;
    for (let group = geometry.groupOf(this.search); ; group++) {
      const first = geometry.groupFirst(group);
      const index = nextClear(
        groups.bits(group),
        Math.max(0, this.search - first),
        Math.min(geometry.groupBlocks(group), this.end - first),
      );
      if (index !== -1) return (this.search = first + index);
      if (first + geometry.blocksPerGroup >= this.end) throw new Error('resize: no free block before the new end');
    }
  }
}

const sorted = (blocks: ReadonlySet<Block>): Block[] => [...blocks].sort((a, b) => a - b);
