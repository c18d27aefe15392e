/**
 * A file system of block groups: inodes, names and sizes, the same for maps of pointers and of extents. It finds no blocks itself: its
 * `FileBlocks` do. A change of the superblock stands for the list of orphans, on which a file is while it is cut or removed.
 */
import { InputError } from '../../../sim/errors.js';
import type { Bytes } from '../../../sim/units.js';
import type { FileLayout, FileNumber, FormatWrite, MetadataUse, Runs } from '../file-layout.js';
import { hole } from '../run-list.js';
import { BytesColumn, Int32Column } from '../state/column.js';
import type { RunMap } from '../state/run-map.js';
import type { BlockGroups } from './block-groups.js';
import type { Directories, DirectoryUse } from './directories.js';
import { unwritten, type FileBlocks, type FilePlace } from './file-blocks.js';
import { writesOfFormat, type FormatOptions } from './format-writes.js';
import type { InodePlacement } from './inode-placement.js';
import { rootInode, type SpecialFiles } from './special-files.js';

const root: FileNumber = 0;

interface GroupedParts {
  readonly groups: BlockGroups;
  readonly files: FileBlocks;
  readonly directories: Directories;
  readonly placement: InodePlacement;
  readonly special: SpecialFiles;
  readonly format: FormatOptions;
  readonly allocatesAtWriteBack: boolean;
  readonly reservesUnwritten: boolean;
}

export class GroupedLayout implements FileLayout {
  readonly blockBytes: Bytes;
  readonly journalBlocks: number;
  readonly allocatesAtWriteBack: boolean;
  readonly reservesUnwritten: boolean;
  readonly groups: BlockGroups;
  /** Where data lie: for checks, ageing and resizing. */
  readonly data: RunMap;

  readonly files: FileBlocks;
  readonly special: SpecialFiles;
  /** No file has a number above this. */
  lastFile: FileNumber = root;

  private readonly inodes = new Int32Column();
  private readonly parents = new Int32Column();
  private readonly sizes = new BytesColumn();
  private readonly place: FilePlace = { inodeBlock: 0, group: 0, isDirectory: false, mark: 0 };
  private readonly directoryBlocks: DirectoryBlocks;
  private newRuns = new Uint8Array(16);

  constructor(private readonly parts: GroupedParts) {
    const { groups, files, special } = parts;
    this.blockBytes = groups.geometry.blockBytes;
    this.journalBlocks = special.journalBlocks;
    this.allocatesAtWriteBack = parts.allocatesAtWriteBack;
    this.reservesUnwritten = parts.reservesUnwritten;
    this.groups = groups;
    this.files = files;
    this.special = special;
    this.data = files.data;
    this.directoryBlocks = new DirectoryBlocks(this, files);
    this.inodes.set(root, rootInode);
    this.sizes.set(root, this.blockBytes);
    files.data.put(root, 0, special.rootBlock, 1);
    parts.directories.open(root);
  }

  get blocks(): number {
    return this.groups.geometry.blocks;
  }

  mapJournal(firstBlock: number, blocks: number, out: Runs): void {
    out.clear();
    const { journal, journalFile } = this.special;
    for (let found = journal.seek(journalFile, firstBlock); found && journal.begin < firstBlock + blocks; found = journal.next()) {
      const from = Math.max(firstBlock, journal.begin);
      out.add(journal.block + from - journal.begin, Math.min(journal.begin + journal.blocks, firstBlock + blocks) - from);
    }
  }

  format(write: FormatWrite): void {
    writesOfFormat(this.groups.geometry, this.special, this.parts.format, write);
  }

  mount(use: MetadataUse): void {
    const { geometry } = this.groups;
    use.read(geometry.superblock);
    for (let i = 0; i < geometry.descriptorBlocks; i++) use.read(geometry.superblock + 1 + i);
    const { journal, journalFile } = this.special;
    if (journal.seek(journalFile, 0)) use.read(journal.block);
    use.read(geometry.inodeBlock(rootInode));
  }

  makeDirectory(file: FileNumber, directory: FileNumber, use: MetadataUse): void {
    this.checkNew(file, directory, 1);
    const { placement, directories } = this.parts;
    this.addEntry(file, directory, use);
    const group = placement.forDirectory(this.inodes.get(directory), directory === root);
    this.makeInode(file, directory, group, true, use);
    directories.open(file);
    this.growDirectory(file, 0, use);
  }

  create(file: FileNumber, directory: FileNumber, use: MetadataUse): void {
    this.checkNew(file, directory, 0);
    this.addEntry(file, directory, use);
    this.makeInode(file, directory, this.parts.placement.forFile(this.inodes.get(directory)), false, use);
  }

  lookUp(file: FileNumber, use: MetadataUse): void {
    this.check(file);
    if (file !== root) {
      const directory = this.parents.get(file);
      use.read(this.inodeBlock(directory));
      this.parts.directories.find(file, directory, this.directoryBlocks.of(directory, use));
    }
    use.read(this.inodeBlock(file));
  }

  unlink(file: FileNumber, use: MetadataUse): void {
    this.check(file);
    const { directories } = this.parts;
    const isDirectory = directories.isDirectory(file);
    if (file === root || (isDirectory && !directories.isEmpty(file)))
      throw new InputError(`directory ${file}`, 'a removal', 'an empty directory, not the root');
    const directory = this.parents.get(file);
    use.read(this.inodeBlock(directory));
    directories.remove(file, directory, this.directoryBlocks.of(directory, use));
    use.change(this.inodeBlock(directory));
    use.read(this.inodeBlock(file));
    use.change(this.inodeBlock(file));
    use.change(this.groups.geometry.superblock);
    this.files.free(file, this.placeOf(file), 0, use);
    use.change(this.groups.geometry.superblock);
    this.groups.giveInode(this.inodes.get(file), isDirectory, use);
    if (isDirectory) directories.close(file);
    this.inodes.set(file, 0);
    this.sizes.set(file, 0);
  }

  has(file: FileNumber): boolean {
    return this.inodes.get(file) !== 0;
  }

  size(file: FileNumber): Bytes {
    return this.sizes.get(file);
  }

  setSize(file: FileNumber, bytes: Bytes, use: MetadataUse): void {
    this.check(file);
    this.checkLength(file, Math.ceil(bytes / this.blockBytes));
    const shrinks = bytes < this.sizes.get(file);
    this.sizes.set(file, bytes);
    this.touch(file, use);
    if (!shrinks) return;
    use.change(this.groups.geometry.superblock);
    this.files.free(file, this.placeOf(file), Math.ceil(bytes / this.blockBytes), use);
    use.change(this.groups.geometry.superblock);
  }

  map(file: FileNumber, firstBlock: number, blocks: number, out: Runs, use: MetadataUse): void {
    this.check(file);
    out.clear();
    this.files.readMap(file, firstBlock, blocks, use);
    const { data } = this;
    const end = firstBlock + blocks;
    let at = firstBlock;
    for (let found = data.seek(file, at); found && data.begin < end; found = data.next()) {
      if (data.mark === unwritten) continue;
      if (data.begin > at) out.add(hole, data.begin - at);
      const from = Math.max(at, data.begin);
      at = Math.min(end, data.begin + data.blocks);
      out.add(data.block + from - data.begin, at - from);
    }
    if (at < end) out.add(hole, end - at);
  }

  allocate(file: FileNumber, firstBlock: number, blocks: number, out: Runs, use: MetadataUse): void {
    this.checkRoomForData(file, firstBlock, blocks);
    out.clear();
    this.files.readMap(file, firstBlock, blocks, use);
    const { data, files } = this;
    const end = firstBlock + blocks;
    let changesInode = false;
    for (let at = firstBlock; at < end;) {
      const found = data.seek(file, at);
      const isHole = !found || data.begin > at;
      const pieceEnd = isHole ? (found ? Math.min(end, data.begin) : end) : Math.min(end, data.begin + data.blocks);
      const isUnwritten = !isHole && data.mark === unwritten;
      if (isHole) files.allocate(file, this.placeOf(file), at, pieceEnd - at, use);
      else if (isUnwritten) files.setWritten(file, this.placeOf(file), at, pieceEnd - at, use);
      changesInode ||= isHole;
      this.emit(file, at, pieceEnd, isHole || isUnwritten, out);
      at = pieceEnd;
    }
    if (changesInode) use.change(this.inodeBlock(file));
  }

  isNew(run: number): boolean {
    return this.newRuns[run] === 1;
  }

  reserve(file: FileNumber, firstBlock: number, blocks: number, use: MetadataUse): void {
    if (!this.reservesUnwritten) throw new InputError(`file ${file}`, 'a reservation', 'a file system that has unwritten extents');
    this.checkRoomForData(file, firstBlock, blocks);
    this.files.readMap(file, firstBlock, blocks, use);
    const place = this.placeOf(file);
    place.mark = unwritten;
    const end = firstBlock + blocks;
    for (let at = firstBlock; at < end;) {
      const found = this.data.seek(file, at);
      if (found && this.data.begin <= at) {
        at = this.data.begin + this.data.blocks;
        continue;
      }
      const holeEnd = found ? Math.min(end, this.data.begin) : end;
      this.files.allocate(file, place, at, holeEnd - at, use);
      at = holeEnd;
    }
    this.touch(file, use);
  }

  close(file: FileNumber): void {
    this.files.close(file);
  }

  touch(file: FileNumber, use: MetadataUse): void {
    this.check(file);
    use.read(this.inodeBlock(file));
    use.change(this.inodeBlock(file));
  }

  freeBlocks(): number {
    return this.groups.freeBlocks;
  }

  /** Adds a block to a directory that has `block` blocks. */
  growDirectory(directory: FileNumber, block: number, use: MetadataUse): void {
    this.files.allocate(directory, this.placeOf(directory), block, 1, use);
    this.sizes.set(directory, (block + 1) * this.blockBytes);
    use.change(this.inodeBlock(directory));
    if (this.data.seek(directory, block)) use.change(this.data.block + block - this.data.begin);
  }

  /** The number of a file's inode; 0: no such file. */
  inodeOf(file: FileNumber): number {
    return this.inodes.get(file);
  }

  isDirectory(file: FileNumber): boolean {
    return this.parts.directories.isDirectory(file);
  }

  directoryOf(file: FileNumber): FileNumber {
    return this.parents.get(file);
  }

  /** Gives a file another inode, in this group. */
  moveInode(file: FileNumber, group: number, use: MetadataUse): void {
    const isDirectory = this.isDirectory(file);
    this.groups.giveInode(this.inodes.get(file), isDirectory, use);
    this.inodes.set(file, this.groups.takeInode(group, isDirectory, use));
    use.change(this.inodeBlock(file));
  }

  private inodeBlock(file: FileNumber): number {
    return this.groups.geometry.inodeBlock(this.inodes.get(file));
  }

  private placeOf(file: FileNumber): FilePlace {
    const { place } = this;
    const inode = this.inodes.get(file);
    place.inodeBlock = this.groups.geometry.inodeBlock(inode);
    place.group = this.groups.geometry.groupOfInode(inode);
    place.isDirectory = this.parts.directories.isDirectory(file);
    place.mark = 0;
    return place;
  }

  private addEntry(file: FileNumber, directory: FileNumber, use: MetadataUse): void {
    use.read(this.inodeBlock(directory));
    this.parts.directories.add(file, directory, this.directoryBlocks.of(directory, use));
    use.change(this.inodeBlock(directory));
  }

  private makeInode(file: FileNumber, directory: FileNumber, group: number, isDirectory: boolean, use: MetadataUse): void {
    const inode = this.groups.takeInode(group, isDirectory, use);
    this.inodes.set(file, inode);
    if (file > this.lastFile) this.lastFile = file;
    this.parents.set(file, directory);
    use.change(this.groups.geometry.inodeBlock(inode));
  }

  private emit(file: FileNumber, from: number, end: number, isNew: boolean, out: Runs): void {
    const { data } = this;
    for (let found = data.seek(file, from); found && data.begin < end; found = data.next()) {
      const at = Math.max(from, data.begin);
      if (out.size >= this.newRuns.length) this.growNewRuns();
      this.newRuns[out.size] = isNew ? 1 : 0;
      out.add(data.block + at - data.begin, Math.min(end, data.begin + data.blocks) - at);
    }
  }

  private growNewRuns(): void {
    const larger = new Uint8Array(this.newRuns.length * 2);
    larger.set(this.newRuns);
    this.newRuns = larger;
  }

  private check(file: FileNumber): void {
    if (!this.has(file)) throw new InputError(`file ${file}`, 'no such file', 'a file that was created and not removed');
  }

  /** Throws, before anything changed, unless a file or directory of this number can be made. */
  private checkNew(file: FileNumber, directory: FileNumber, blocks: number): void {
    if (this.has(file)) throw new InputError(`file ${file}`, 'a file of this number', 'a number that is not in use');
    const { directories } = this.parts;
    if (!directories.isDirectory(directory)) throw new InputError(`file ${file}`, `${directory} as its directory`, 'a directory');
    if (this.groups.freeInodes === 0) throw new InputError('the file system', 'no free inode', 'an inode for a new file');
    const growth = directories.mostGrowth(directory, file);
    const needed = blocks + (growth === 0 ? 0 : growth + this.files.mostOverhead(directory, directories.blocks(directory), growth));
    this.checkRoom(needed);
  }

  private checkRoomForData(file: FileNumber, firstBlock: number, blocks: number): void {
    this.check(file);
    const { data } = this;
    const end = firstBlock + blocks;
    this.checkLength(file, end);
    let missing = blocks;
    let unwrittenRuns = 0;
    for (let found = data.seek(file, firstBlock); found && data.begin < end; found = data.next()) {
      missing -= Math.min(end, data.begin + data.blocks) - Math.max(firstBlock, data.begin);
      unwrittenRuns += data.mark;
    }
    // Where there is plenty, nobody counts the blocks of the map.
    const { freeBlocks } = this.groups;
    if (missing + unwrittenRuns > 0 && freeBlocks < 2 * missing + 64)
      this.checkRoom(missing + this.files.mostOverhead(file, firstBlock, blocks));
  }

  private checkLength(file: FileNumber, blocks: number): void {
    const { mostBlocks } = this.files;
    if (blocks > mostBlocks)
      throw new InputError(`file ${file}`, `${blocks} blocks`, `at most ${mostBlocks} blocks of ${this.blockBytes} bytes`);
  }

  private checkRoom(needed: number): void {
    const { freeBlocks } = this.groups;
    if (needed > freeBlocks)
      throw new InputError('the file system', `${freeBlocks} free blocks`, `${needed} for the operation: it is full`);
  }
}

/** Passes the use of a directory's blocks on as use of the disk's. */
class DirectoryBlocks implements DirectoryUse {
  private directory: FileNumber = root;
  private use!: MetadataUse;

  constructor(
    private readonly layout: GroupedLayout,
    private readonly files: FileBlocks,
  ) {}

  of(directory: FileNumber, use: MetadataUse): this {
    this.directory = directory;
    this.use = use;
    return this;
  }

  read(block: number): void {
    this.files.readMap(this.directory, block, 1, this.use);
    this.use.read(this.place(block));
  }

  change(block: number): void {
    this.use.change(this.place(block));
  }

  grow(block: number): void {
    this.layout.growDirectory(this.directory, block, this.use);
  }

  private place(block: number): number {
    const { data } = this.files;
    data.seek(this.directory, block);
    return data.block + block - data.begin;
  }
}
