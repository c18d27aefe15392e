/** The mechanics of a drive alone: where the head goes and when the data has passed. */
import { Mechanics } from '../../models/devices/hdd/mechanics.js';
import { RandomStream } from '../../sim/random.js';
import { may2073rc } from '../../experiments/testbeds/drives/may2073rc.js';
import type { Benchmark } from './bench.js';

export const diskBenchmarks: readonly Benchmark[] = [
  {
    name: 'disk mechanics',
    unit: 'requests',
    target: 5,
    amount: 5_000_000,
    run: (amount) => {
      const mechanics = new Mechanics(may2073rc.parameters);
      const stream = new RandomStream(1, 'places');
      const last = mechanics.geometry.capacity - 128;
      let time = 0;
      for (let i = 0; i < amount; i++) time = mechanics.access(time, stream.below(last), 8 + (i & 63), (i & 3) === 0);
      return { work: amount, hash: time | 0 };
    },
  },
];
