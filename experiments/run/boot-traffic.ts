/** How a counter grows over time, as a scenario that samples it. */
import type { Scenario } from '../../sim/process.js';
import { second } from '../../sim/units.js';

/** Adds what a counter grew by in each second. */
export function* eachSecond(counter: () => number, into: number[]): Scenario {
  for (let before = counter(); ; before = counter()) {
    yield second;
    into.push(counter() - before);
  }
}
