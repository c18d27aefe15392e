import { expect } from 'chai';
import { ext4 } from '../../../../models/filesystems/extents/ext4.js';
import { ext3 } from '../../../../models/filesystems/ext3/ext3.js';
import type { GroupedLayout } from '../../../../models/filesystems/groups/grouped-layout.js';
import { ext3Mount, extentsMount, type MountSettings } from '../../../../models/filesystems/mounted/settings.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { KiB, MiB } from '../../../../sim/units.js';
import { Programs } from './side-by-side.js';

const random = (seed: number): RandomStream => new RandomStream(seed, 'layout');
const small = { block: KiB, journal: MiB } as const;
const makeExt3 = (seed: number, options: object = {}): GroupedLayout =>
  ext3.make({ ...defaults(ext3.options), ...small, ...options }, 24 * MiB, random(seed));
const makeExt4 = (seed: number): GroupedLayout => ext4.make({ ...defaults(ext4.options), ...small }, 24 * MiB, random(seed));

type Variant = readonly [make: (seed: number) => GroupedLayout, settings: Partial<MountSettings> & Pick<MountSettings, 'cacheBytes'>];
const variants: Readonly<Record<string, Variant>> = {
  ext3: [makeExt3, { ...ext3Mount, cacheBytes: 4 * MiB }],
  'ext3 in memory for 64 blocks': [makeExt3, { ...ext3Mount, cacheBytes: 64 * KiB, requestLimit: 4 }],
  'ext3 in memory for less than is read ahead': [
    makeExt3,
    { ...ext3Mount, cacheBytes: 16 * KiB, readAheadBytes: 32 * KiB, requestLimit: 1 },
  ],
  'ext3, packed, in blocks of 4 KiB': [
    (seed) => makeExt3(seed, { block: 4 * KiB, journal: 4 * MiB, allocator: 'packed' }),
    { ...ext3Mount, cacheBytes: 256 * KiB, ioUnit: 'bios' },
  ],
  ext4: [makeExt4, { ...extentsMount, cacheBytes: 4 * MiB }],
  'ext4 in memory for 64 blocks': [makeExt4, { ...extentsMount, cacheBytes: 64 * KiB }],
};

const played = ([make, settings]: Variant, seed: number, isShared: boolean): Programs =>
  new Programs({
    layout: make(seed),
    settings: { ...ext3Mount, ...settings },
    seed,
    programs: [1, 3, 8][seed % 3]!,
    operations: [240, 80, 30][seed % 3]!,
    blocks: [20, 100, 400][Math.floor(seed / 3) % 3]!,
    isShared,
  }).play();

describe('programs side by side on a mounted file system', () => {
  for (const [name, variant] of Object.entries(variants)) {
    it(`${name}: data before their commit, synced when they say so, each block with one owner, no end of waiting`, () => {
      for (let seed = 0; seed < 18; seed++) played(variant, seed, false);
    });

    it(`${name}: a file that many read, write and cut at once keeps its blocks to itself, and every reader comes to an end`, () => {
      for (let seed = 0; seed < 9; seed++) played(variant, seed, true);
    });
  }

  it('the same seed makes the same I/Os', () => {
    for (const variant of Object.values(variants)) {
      const [first, second] = [played(variant, 5, false), played(variant, 5, false)];
      expect(first.device.log).to.deep.equal(second.device.log);
    }
  });
});
