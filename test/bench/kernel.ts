/** The hold model: each event that fires schedules one, with a given number pending. */
import { Kernel } from '../../sim/kernel.js';
import { RandomStream } from '../../sim/random.js';
import type { Benchmark } from './bench.js';

const hold = (pending: number, target: number): Benchmark => ({
  name: `kernel, ${pending} pending`,
  unit: 'events',
  target,
  amount: 3_000_000,
  run: (amount) => {
    const kernel = new Kernel();
    const stream = new RandomStream(1, 'hold');
    let left = amount;
    let hash = 0;
    const bank = kernel.bank(pending, (index) => {
      if (--left <= 0) kernel.stop();
      hash = (Math.imul(hash, 31) + index) | 0;
      bank.start(index, stream.uint32() >>> 8);
    });
    for (let i = 0; i < pending; i++) bank.start(i, stream.uint32() >>> 8);
    kernel.run();
    return { work: kernel.fired, hash };
  },
});

export const kernelBenchmarks: readonly Benchmark[] = [hold(100, 10), hold(10_000, 5), hold(1_000_000, 2)];
