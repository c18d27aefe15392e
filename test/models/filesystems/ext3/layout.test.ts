import { expect } from 'chai';
import { unusedMetadata } from '../../../../models/filesystems/file-layout.js';
import { ext3 } from '../../../../models/filesystems/ext3/ext3.js';
import { RunList } from '../../../../models/filesystems/run-list.js';
import { InputError } from '../../../../sim/errors.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { KiB, MiB } from '../../../../sim/units.js';
import { suiteOfFileLayouts } from '../file-layout-suite.js';

const small = { block: KiB, inodeRatio: 16 * KiB, journal: MiB } as const;

for (const [name, options] of Object.entries({
  'ext3 in small blocks': small,
  'ext3 without hashed directories, long names': { ...small, hashedDirectories: false, nameBytes: 200 },
  'ext3 packed by the driver of ext4': { ...small, allocator: 'packed' as const },
  'ext3 with long names and one writer': { ...small, nameBytes: 250, writers: 1, colour: 7 },
}))
  suiteOfFileLayouts(name, () => ext3.make({ ...defaults(ext3.options), ...options }, 24 * MiB, new RandomStream(7, 'layout')));

describe('ext3', () => {
  const make = (options: object = {}): ReturnType<typeof ext3.make> =>
    ext3.make({ ...defaults(ext3.options), ...small, ...options }, 24 * MiB, new RandomStream(7, 'layout'));

  it('refuses a file that is longer than its blocks of pointers can say', () => {
    const layout = make();
    layout.create(1, 0, unusedMetadata);
    const most = 12 + 256 + 256 ** 2 + 256 ** 3;
    const runs = new RunList();
    layout.allocate(1, most - 1, 1, runs, unusedMetadata);
    layout.setSize(1, most * KiB, unusedMetadata);
    for (const operation of [
      () => layout.allocate(1, most, 1, runs, unusedMetadata),
      () => layout.setSize(1, most * KiB + 1, unusedMetadata),
    ])
      expect(operation).to.throw(InputError, `at most ${most} blocks of 1024 bytes`);
  });

  it('takes no journal that mke2fs would not make', () => {
    expect(() => make({ journal: MiB - KiB })).to.throw(InputError, 'at least 1024');
    expect(make({ journal: MiB }).journalBlocks).to.equal(1024);
  });
});
