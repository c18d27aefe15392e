/**
 * A file system of a few lines for tests: block 0 is the superblock, 1 the bitmap, 2 to 9 inodes (32 a block), 10 to 10 + journal - 1 the journal, data behind it, first free block first.
 * Each file that is longer than 4 blocks has an indirect block, taken from the data blocks.
 */
import type { FileLayout, MetadataUse, Runs } from '../../../../models/filesystems/file-layout.js';

interface TinyFile {
  bytes: number;
  indirect: number;
  readonly blocks: number[];
}

export class TinyLayout implements FileLayout {
  readonly blockBytes = 4096;
  readonly reservesUnwritten = false;
  readonly files = new Map<number, TinyFile>();
  private readonly taken: Uint8Array;
  private fresh: boolean[] = [];
  /** Blocks that `allocate` leaves free between two pieces: to make files that are not in one piece. */
  stride = 1;

  constructor(
    readonly blocks = 10_000,
    readonly journalBlocks = 64,
    readonly allocatesAtWriteBack = false,
  ) {
    this.taken = new Uint8Array(blocks);
    this.taken.fill(1, 0, 10 + journalBlocks);
  }

  get firstData(): number {
    return 10 + this.journalBlocks;
  }
  mapJournal(firstBlock: number, blocks: number, out: Runs): void {
    out.add(10 + firstBlock, blocks);
  }
  format(): void {}
  mount(use: MetadataUse): void {
    use.read(0);
    use.read(1);
  }
  close(): void {}
  makeDirectory(file: number, _directory: number, use: MetadataUse): void {
    this.create(file, 0, use);
  }
  create(file: number, _directory: number, use: MetadataUse): void {
    this.files.set(file, { bytes: 0, indirect: -1, blocks: [] });
    this.touch(file, use);
  }
  lookUp(file: number, use: MetadataUse): void {
    use.read(this.inodeBlock(file));
  }
  unlink(file: number, use: MetadataUse): void {
    this.touch(file, use);
    this.cut(this.file(file), 0, use);
    this.files.delete(file);
  }
  has(file: number): boolean {
    return this.files.has(file);
  }
  size(file: number): number {
    return this.file(file).bytes;
  }
  setSize(file: number, bytes: number, use: MetadataUse): void {
    const held = this.file(file);
    if (bytes < held.bytes) this.cut(held, Math.ceil(bytes / 4096), use);
    held.bytes = bytes;
    this.touch(file, use);
  }
  map(file: number, firstBlock: number, blocks: number, out: Runs, use: MetadataUse): void {
    const held = this.file(file);
    if (held.indirect >= 0 && firstBlock + blocks > 4) use.read(held.indirect);
    for (let i = firstBlock; i < firstBlock + blocks; i++) this.append(out, held.blocks[i] ?? -1);
  }
  allocate(file: number, firstBlock: number, blocks: number, out: Runs, use: MetadataUse): void {
    const held = this.file(file);
    this.fresh = [];
    if (held.indirect >= 0 && firstBlock + blocks > 4) use.read(held.indirect);
    for (let i = firstBlock; i < firstBlock + blocks; i++) {
      const isNew = (held.blocks[i] ?? -1) < 0;
      if (isNew) {
        if (i >= 4 && held.indirect < 0) use.change((held.indirect = this.take(use)));
        held.blocks[i] = this.take(use);
        if (i >= 4) use.change(held.indirect);
        use.read(this.inodeBlock(file));
        use.change(this.inodeBlock(file));
      }
      const runs = out.size;
      this.append(out, held.blocks[i]!, isNew !== this.fresh[runs - 1]);
      if (out.size > runs) this.fresh.push(isNew);
    }
  }
  isNew(run: number): boolean {
    return this.fresh[run]!;
  }
  reserve(): void {
    throw new Error('the tiny layout reserves nothing');
  }
  touch(file: number, use: MetadataUse): void {
    use.read(this.inodeBlock(file));
    use.change(this.inodeBlock(file));
  }
  freeBlocks(): number {
    return this.taken.filter((taken) => taken === 0).length;
  }

  private inodeBlock(file: number): number {
    return 2 + ((file >> 5) & 7);
  }
  private file(file: number): TinyFile {
    const found = this.files.get(file);
    if (found === undefined) throw new Error(`there is no file ${file}`);
    return found;
  }
  private append(out: Runs, block: number, isApart = false): void {
    const last = out.size - 1;
    const joins =
      last >= 0 &&
      !isApart &&
      (block === -1 ? out.block[last] === -1 : out.block[last]! + out.blocks[last]! === block && out.block[last] !== -1);
    if (joins) out.blocks[last]! += 1;
    else out.add(block, 1);
  }
  private take(use: MetadataUse): number {
    let block = this.firstData;
    while (this.taken[block] === 1) block += this.stride;
    if (block >= this.blocks) throw new Error('the tiny file system is full');
    this.taken[block] = 1;
    use.read(1);
    use.change(1);
    return block;
  }
  private cut(held: TinyFile, from: number, use: MetadataUse): void {
    for (let i = from; i < held.blocks.length; i++) {
      if ((held.blocks[i] ?? -1) < 0) continue;
      this.taken[held.blocks[i]!] = 0;
      use.read(1);
      use.change(1);
    }
    held.blocks.length = Math.min(held.blocks.length, from);
    if (held.indirect < 0 || from > 4) return;
    this.taken[held.indirect] = 0;
    use.forget(held.indirect);
    held.indirect = -1;
  }
}
