/** Seek times: measured points, linear between them, spread into a table of one entry per distance. It knows no angle. */
import type { Nanoseconds } from '../../../sim/units.js';
import type { SeekPoint } from './parameters.js';

/**
 * Nanoseconds by distance in cylinders, for distances 0 (no time) to `cylinders` - 1.
 * Below the first point the curve is that point's time; beyond the last one the last two points are continued.
 */
export function seekTable(points: readonly SeekPoint[], cylinders: number): Float64Array {
  const table = new Float64Array(cylinders);
  for (let distance = 1, next = 0; distance < cylinders; distance++) {
    while (next < points.length - 1 && points[next]!.cylinders < distance) next++;
    table[distance] = next === 0 ? points[0]!.time : between(points[next - 1]!, points[next]!, distance);
  }
  return table;
}

const between = (from: SeekPoint, to: SeekPoint, distance: number): Nanoseconds =>
  from.time + ((to.time - from.time) * (distance - from.cylinders)) / (to.cylinders - from.cylinders);

/** The mean over seeks between two cylinders drawn evenly and independently, those of no distance left out. */
export function meanRandomSeek(table: Float64Array): Nanoseconds {
  const cylinders = table.length;
  let weighted = 0;
  let weights = 0;
  for (let distance = 1; distance < cylinders; distance++) {
    const weight = cylinders - distance;
    weighted += weight * table[distance]!;
    weights += weight;
  }
  return weights === 0 ? 0 : weighted / weights;
}
