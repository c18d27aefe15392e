/** Random sizes as file systems hold them. */
import type { RandomStream } from '../../sim/random.js';

/** Log-normal with this median; `sigma` is the standard deviation of its logarithm. A whole number, at least 1. */
export function logNormal(random: RandomStream, median: number, sigma: number): number {
  // Box and Muller (1958).
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
  const normal = radius * Math.cos(2 * Math.PI * random.uniform());
  return Math.max(1, Math.round(median * Math.exp(sigma * normal)));
}
