/** The tools of e2fsprogs on an image in a scratch folder, for tests that hold layouts against them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { GroupedLayout } from '../../../models/filesystems/groups/grouped-layout.js';
import { RunList } from '../../../models/filesystems/run-list.js';

/** Skips the test where the tools are absent, except in CI, where they must be there. */
export function needE2fsprogs(test: Mocha.Context): void {
  if (spawnSync('mke2fs', ['-V']).error === undefined && spawnSync('debugfs', ['-V']).error === undefined) return;
  if (process.env['CI'] === 'true') throw new Error('e2fsprogs is not installed');
  process.stdout.write('  e2fsprogs is not installed: file systems are not held against it\n');
  test.skip();
}

/** A new file system of mke2fs; `ask` runs a tool on it and answers what it prints. The image is gone after `look` returns. */
export function withImage(bytes: number, mke2fs: readonly string[], look: (image: RealImage) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'layout-'));
  try {
    const file = path.join(folder, 'image');
    writeFileSync(file, '');
    truncateSync(file, bytes);
    execFileSync('mke2fs', ['-F', '-q', ...mke2fs, file], { stdio: 'pipe' });
    look(new RealImage(file, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface RealGroup {
  readonly superblock: boolean;
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  readonly freeBlocks: number;
}

class RealImage {
  constructor(
    private readonly file: string,
    private readonly folder: string,
  ) {}

  /** A number of the superblock, such as `Blocks per group`. */
  fact(name: string): number {
    const line = this.dump(['-h'])
      .split('\n')
      .find((text) => text.startsWith(`${name}:`));
    return line === undefined ? 0 : Number(line.split(':')[1]);
  }

  groups(): RealGroup[] {
    const texts = this.dump([])
      .split(/^Group [0-9]+:/m)
      .slice(1);
    const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? -1);
    return texts.map((text) => ({
      superblock: /superblock at/.test(text),
      blockBitmap: number(text, /Block bitmap at ([0-9]+)/),
      inodeBitmap: number(text, /Inode bitmap at ([0-9]+)/),
      inodeTable: number(text, /Inode table at ([0-9]+)/),
      freeBlocks: number(text, /([0-9]+) free blocks/),
    }));
  }

  /** The blocks of a file in the order of the file, those of its map among them where they are read: `(12-1035):1558-2581` and the like. */
  blocksOf(inode: string): { readonly kind: 'data' | 'map'; readonly first: number; readonly blocks: number }[] {
    const text = this.debugfs([`stat ${inode}`]);
    return [...text.slice(text.search(/^(BLOCKS|EXTENTS):/m)).matchAll(/\(([^)]+)\):([0-9]+)(?:-([0-9]+))?/g)].map(
      ([, what, first, last]) => ({
        kind: /IND|ETB/.test(what!) ? 'map' : 'data',
        first: Number(first),
        blocks: Number(last ?? first) - Number(first) + 1,
      }),
    );
  }

  /** Writes a file of so many bytes, none of them zero. */
  write(name: string, bytes: number): void {
    const source = path.join(this.folder, 'source');
    writeFileSync(source, Buffer.alloc(bytes, 1));
    this.debugfs(['-w', `write ${source} ${name}`]);
  }

  /** Runs resize2fs to this number of blocks, or to the fewest. */
  resize(blocks: number | 'fewest'): void {
    if (blocks !== 'fewest') truncateSync(this.file, Math.max(statSync(this.file).size, blocks * this.fact('Block size')));
    execFileSync('e2fsck', ['-f', '-y', this.file], { stdio: 'ignore' });
    execFileSync('resize2fs', blocks === 'fewest' ? ['-M', this.file] : [this.file, `${blocks}`], { stdio: 'ignore' });
  }

  debugfs(request: readonly string[]): string {
    const options = request.slice(0, -1);
    return execFileSync('debugfs', [...options, '-R', request[request.length - 1]!, this.file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    });
  }

  private dump(options: readonly string[]): string {
    return execFileSync('dumpe2fs', [...options, this.file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 });
  }
}

/** That a layout has the groups of a real file system: how many blocks and inodes, and where each group keeps its own. */
export function expectSameGroups(layout: GroupedLayout, image: RealImage): void {
  const { geometry } = layout.groups;
  expect(geometry.blocks).to.equal(image.fact('Block count'));
  expect(geometry.inodes).to.equal(image.fact('Inode count'));
  expect(layout.freeBlocks()).to.equal(image.fact('Free blocks'));
  const groups = Array.from({ length: geometry.groups }, (_, group) => ({
    superblock: geometry.hasSuperblock(group),
    blockBitmap: geometry.blockBitmap(group),
    inodeBitmap: geometry.inodeBitmap(group),
    inodeTable: geometry.inodeTable(group),
    freeBlocks: layout.groups.freeBlocksIn[group],
  }));
  expect(groups).to.deep.equal(image.groups());
}

/** Where a layout has its journal, as runs of blocks. */
export function journalOf(layout: GroupedLayout): number[][] {
  const journal = new RunList();
  layout.mapJournal(0, layout.journalBlocks, journal);
  return Array.from({ length: journal.size }, (_, i) => [journal.block[i]!, journal.blocks[i]!]);
}
