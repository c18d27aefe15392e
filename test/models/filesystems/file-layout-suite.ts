/** What every layout of files holds to: one suite for all kinds, against a plain record of which block of which file lies where. */
import { expect } from 'chai';
import fc from 'fast-check';
import { type MetadataUse, unusedMetadata } from '../../../models/filesystems/file-layout.js';
import type { BlockGroups } from '../../../models/filesystems/groups/block-groups.js';
import type { GroupedLayout } from '../../../models/filesystems/groups/grouped-layout.js';
import { RunList } from '../../../models/filesystems/run-list.js';
import { InputError } from '../../../sim/errors.js';

const step = fc.record({
  kind: fc.constantFrom('create', 'create', 'write', 'write', 'write', 'cut', 'unlink', 'mkdir', 'reserve', 'close'),
  file: fc.integer({ min: 1, max: 40 }),
  directory: fc.integer({ min: 0, max: 3 }),
  at: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 80_000 })),
  blocks: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 600 })),
});

/** @param make a small file system, of a few thousand blocks, so that it becomes full */
export function suiteOfFileLayouts(name: string, make: () => GroupedLayout): void {
  describe(`${name}, as a layout`, () => {
    it('gives each block to one owner, keeps holes and what was there, counts what is free, and gives all back', () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
          const layout = make();
          const atFirst = layout.freeBlocks();
          const record = new LayoutRecord(layout);
          for (const { kind, file, directory, at, blocks } of steps) record.apply(kind, file, directory, at, blocks);
          record.check();
          record.removeAll();
          // The root keeps the blocks that it grew by, and those of its map.
          expect(layout.freeBlocks()).to.equal(atFirst - (blocksOf(layout, 0) - 1));
          expect(layout.groups.isConsistent()).to.equal(true);
        }),
        { numRuns: 120 },
      );
    });

    it('refuses what has no room and leaves everything as it was', () => {
      const layout = make();
      const runs = new RunList();
      layout.create(1, 0, unusedMetadata);
      layout.create(2, 0, unusedMetadata);
      layout.allocate(1, 0, Math.floor(layout.freeBlocks() * 0.9), runs, unusedMetadata);
      const free = layout.freeBlocks();
      expect(() => {
        layout.allocate(2, 5, free + 1, runs, unusedMetadata);
      }).to.throw(InputError, 'it is full');
      expect(layout.freeBlocks()).to.equal(free);
      layout.map(2, 0, 400, runs, unusedMetadata);
      expect([runs.size, runs.block[0], runs.blocks[0]]).to.deep.equal([1, -1, 400]);
      expect(layout.groups.isConsistent()).to.equal(true);
    });

    it('reads or makes each block of metadata before it changes it', () => {
      const layout = make();
      const use = new CheckedUse(layout.groups);
      layout.mount(use);
      for (let i = 1; i <= 300; i++) layout.create(i, 0, use);
      const runs = new RunList();
      for (let i = 1; i <= 300; i += 7) layout.allocate(i, 0, (i % 30) + 1, runs, use);
      layout.makeDirectory(500, 0, use);
      layout.create(501, 500, use);
      layout.allocate(501, 0, 100, runs, use);
      layout.lookUp(501, use);
      layout.unlink(501, use);
      layout.unlink(500, use);
      for (let i = 1; i <= 300; i++) layout.unlink(i, use);
      expect(use.unread).to.deep.equal([]);
    });

    it('refuses what makes no sense', () => {
      const layout = make();
      layout.makeDirectory(1, 0, unusedMetadata);
      layout.create(2, 1, unusedMetadata);
      const wrong = [
        () => layout.create(2, 0, unusedMetadata),
        () => layout.create(3, 2, unusedMetadata),
        () => layout.unlink(1, unusedMetadata),
        () => layout.unlink(0, unusedMetadata),
        () => layout.unlink(9, unusedMetadata),
        () => layout.setSize(9, 1, unusedMetadata),
        () => layout.allocate(9, 0, 1, new RunList(), unusedMetadata),
      ];
      for (const operation of wrong) expect(operation).to.throw(InputError);
    });
  });
}

/** Blocks of data and of the map. */
function blocksOf(layout: GroupedLayout, file: number): number {
  let blocks = 0;
  for (const map of layout.files.owned) for (let found = map.seek(file, 0); found; found = map.next()) blocks += map.blocks;
  return blocks;
}

/** Notes bitmaps and descriptors that are changed, and blocks that are given up, without having been read or made. */
class CheckedUse implements MetadataUse {
  readonly unread: string[] = [];
  private readonly known = new Set<number>();
  private readonly bitmaps = new Set<number>();

  constructor({ geometry }: BlockGroups) {
    for (let group = 0; group < geometry.groups; group++)
      for (const block of [geometry.blockBitmap(group), geometry.inodeBitmap(group), geometry.descriptor(group)]) this.bitmaps.add(block);
  }

  read(block: number): void {
    this.known.add(block);
  }

  change(block: number): void {
    if (this.bitmaps.has(block) && !this.known.has(block)) this.unread.push(`changed ${block}`);
    this.known.add(block);
  }

  forget(block: number): void {
    if (!this.known.delete(block)) this.unread.push(`forgot ${block}`);
  }
}

class LayoutRecord {
  private readonly files = new Map<number, Map<number, number>>();
  private readonly directoryOf = new Map<number, number>();
  private readonly directories = new Set([0]);
  private readonly runs = new RunList();

  constructor(private readonly layout: GroupedLayout) {}

  apply(kind: string, file: number, directory: number, at: number, blocks: number): void {
    const before = this.layout.freeBlocks();
    try {
      this.attempt(kind, file, directory, at, blocks);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      expect(this.layout.freeBlocks(), error.message).to.equal(before);
    }
  }

  private attempt(kind: string, file: number, directory: number, at: number, blocks: number): void {
    const { layout, files, directories } = this;
    const isDirectory = file <= 3;
    const exists = files.has(file) || directories.has(file);
    if (kind === 'mkdir' && isDirectory && !exists) {
      layout.makeDirectory(file, 0, unusedMetadata);
      directories.add(file);
      this.directoryOf.set(file, 0);
    } else if (kind === 'create' && !isDirectory && !exists && directories.has(directory)) {
      layout.create(file, directory, unusedMetadata);
      files.set(file, new Map());
      this.directoryOf.set(file, directory);
    } else if (kind === 'write' && files.has(file)) {
      this.write(file, at, blocks);
    } else if (kind === 'cut' && files.has(file)) {
      layout.setSize(file, at * layout.blockBytes, unusedMetadata);
      const held = files.get(file)!;
      for (const block of [...held.keys()]) if (block >= at && layout.size(file) === at * layout.blockBytes) held.delete(block);
    } else if (kind === 'unlink' && exists && file !== 0) {
      layout.unlink(file, unusedMetadata);
      files.delete(file);
      directories.delete(file);
    } else if (kind === 'reserve' && layout.reservesUnwritten && files.has(file)) {
      layout.reserve(file, at, blocks, unusedMetadata);
    } else if (kind === 'close') {
      layout.close(file);
    }
  }

  private write(file: number, at: number, blocks: number): void {
    const { layout, runs } = this;
    layout.allocate(file, at, blocks, runs, unusedMetadata);
    const held = this.files.get(file)!;
    let block = at;
    for (let run = 0; run < runs.size; run++) {
      for (let i = 0; i < runs.blocks[run]!; i++, block++) {
        expect(layout.isNew(run)).to.equal(!held.has(block));
        if (held.has(block)) expect(runs.block[run]! + i).to.equal(held.get(block));
        held.set(block, runs.block[run]! + i);
      }
    }
    expect(block).to.equal(at + blocks);
    layout.setSize(file, Math.max(layout.size(file), (at + blocks) * layout.blockBytes), unusedMetadata);
  }

  check(): void {
    const { layout, runs } = this;
    const owners = new Map<number, number>();
    for (const [file, held] of this.files) {
      for (const block of held.values()) {
        expect(owners.has(block), `block ${block} of files ${file} and ${owners.get(block) ?? 0}`).to.equal(false);
        expect(layout.groups.isFree(block)).to.equal(false);
        owners.set(block, file);
      }
      layout.map(file, 0, 90_000, runs, unusedMetadata);
      const mapped = new Map<number, number>();
      let block = 0;
      for (let run = 0; run < runs.size; block += runs.blocks[run]!, run++)
        for (let i = 0; runs.block[run] !== -1 && i < runs.blocks[run]!; i++) mapped.set(block + i, runs.block[run]! + i);
      expect(block).to.equal(90_000);
      expect(mapped).to.deep.equal(new Map([...held].sort(([a], [b]) => a - b)));
    }
    expect(layout.groups.isConsistent()).to.equal(true);
  }

  removeAll(): void {
    for (const file of this.files.keys()) this.layout.unlink(file, unusedMetadata);
    for (const directory of this.directories) if (directory !== 0) this.layout.unlink(directory, unusedMetadata);
  }
}
