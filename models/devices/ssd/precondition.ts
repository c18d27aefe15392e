/** The state in which a flash drive begins a run, reached at no simulated time: as it came, written full once, or written over at random until its garbage collection is steady. */
import { InputError } from '../../../sim/errors.js';
import type { RandomStream } from '../../../sim/random.js';
import { FlashMap } from './flash-map.js';
import type { SsdParameters } from './parameters.js';

export const conditions = ['fresh', 'filled', 'steady'] as const;
export type Condition = (typeof conditions)[number];

/** Times the whole drive is written over at random: after three the write amplification is steady at any spare share of 7 % or more. */
const overwrites = 3;

/** @throws InputError at another name, for whoever has it from a user */
export function conditionNamed(name: string, where: string): Condition {
  const found = conditions.find((known) => known === name);
  if (found === undefined) throw new InputError(where, `"${name}"`, `one of ${conditions.join(', ')}`);
  return found;
}

/** A map in a condition; its counters are at 0, and no stripe is half full. A terabyte that is steady takes 2 GiB of memory and some minutes, the others next to nothing. */
export function conditioned(parameters: SsdParameters, condition: Condition, random: RandomStream): FlashMap {
  const map = new FlashMap(parameters, condition === 'fresh' ? 'fresh' : 'filled');
  const writes = condition === 'steady' ? map.units * overwrites : 0;
  for (let i = 0; i < writes; i++) {
    const stripe = map.write(random.below(map.units));
    if (stripe >= 0) map.collect(map.dieOf(stripe));
  }
  map.pad();
  map.resetCounters();
  return map;
}
