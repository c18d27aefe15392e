/** The state in which a flash drive begins a run, reached at no simulated time: as it came, written full once, or written over at random until its garbage collection is steady. */
import type { RandomStream } from '../../../sim/random.js';
import type { FlashMap } from './flash-map.js';

export type Condition = 'fresh' | 'filled' | 'steady';

/** Times the whole drive is written over at random: after three the write amplification is steady at any spare share of 7 % or more. */
const overwrites = 3;

/** Its counters begin anew. A drive of a terabyte that is not fresh takes 2 GiB of memory. */
export function precondition(map: FlashMap, condition: Condition, random: RandomStream): void {
  if (condition === 'fresh') return;
  for (let unit = 0; unit < map.units; unit++) write(map, unit);
  const count = condition === 'steady' ? map.units * overwrites : 0;
  for (let i = 0; i < count; i++) write(map, random.below(map.units));
  map.resetCounters();
}

function write(map: FlashMap, unit: number): void {
  const stripe = map.write(unit);
  if (stripe >= 0) map.collect(map.dieOf(stripe));
}
