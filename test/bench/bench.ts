/**
 * One benchmark: work that is done several times, its CPU time, and a hash of its result that shows it did the same work.
 * CPU time is what the process used, so that another program on the machine matters less; the median of the rounds counts.
 */
import { median } from 'simple-statistics';

export interface Benchmark {
  readonly name: string;
  /** What is counted, e.g. `events`. */
  readonly unit: string;
  /** What the issue asks for, in millions a CPU-second. */
  readonly target: number;
  /** Does about `amount` of work; answers how much it did, and a number that depends on all of it. */
  run(amount: number): { readonly work: number; readonly hash: number };
  readonly amount: number;
}

export interface Measured {
  readonly name: string;
  readonly unit: string;
  /** Millions a CPU-second, the median. */
  readonly rate: number;
  readonly target: number;
  readonly hash: string;
}

/** @param small a hundredth of the work, to see that a benchmark still runs */
export function measure(benchmark: Benchmark, small: boolean): Measured {
  const rounds = small ? 1 : 5;
  const amount = small ? Math.ceil(benchmark.amount / 100) : benchmark.amount;
  if (!small) benchmark.run(Math.ceil(amount / 10)); // the compiler warms up
  const rates: number[] = [];
  let hash = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const result = benchmark.run(amount);
    const { user, system } = process.cpuUsage(before);
    rates.push(result.work / (user + system));
    hash = result.hash;
  }
  return {
    name: benchmark.name,
    unit: benchmark.unit,
    rate: median(rates),
    target: benchmark.target,
    hash: (hash >>> 0).toString(16).padStart(8, '0'),
  };
}
