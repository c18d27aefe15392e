/** Small configs for tests of comparisons. */
import { configOf, type Config } from '../../../experiments/config/plan.js';
import type { Plain } from '../../../experiments/config/placed.js';

/** Snapshots of a small guest's memory: some 0.2 s a run. */
const memory: Readonly<Record<string, Plain>> = {
  study: 'memory',
  guest: { name: 'memcached', memory: '128MiB' },
  method: 'consnap',
  snapshots: { first: '1s', interval: '4s', count: '2' },
  replications: '4',
};

export const memoryConfig = (more: Readonly<Record<string, Plain>> = {}): Config => configOf({ ...memory, ...more }, '.', 'test');

/** Random writes to an image. */
export const workloadConfig = (more: Readonly<Record<string, Plain>> = {}): Config =>
  configOf(
    {
      study: 'workload',
      format: 'qcow2-7.2',
      disk: { size: '1GiB' },
      workload: { name: 'rand-io', partitionSize: '1GiB', block: '64KiB', operations: '60' },
      replications: '3',
      ...more,
    },
    '.',
    'test',
  );
