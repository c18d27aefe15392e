/** The generated memory workloads by name. */
import { Registry } from '../../../sim/registry.js';
import { compilation } from './compilation.js';
import { ftp } from './ftp.js';
import type { NamedMemoryWorkload } from './generated-workload.js';
import { idle } from './idle.js';
import { iozone } from './iozone.js';
import { mediaPlayer } from './media-player.js';
import { memcached } from './memcached.js';

export const memoryWorkloads = new Registry<NamedMemoryWorkload>('memory workload', {
  idle,
  'media-player': mediaPlayer,
  compilation,
  memcached,
  iozone,
  ftp,
});
