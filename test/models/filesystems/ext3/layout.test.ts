import { ext3 } from '../../../../models/filesystems/ext3/ext3.js';
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
