/**
 * MSER-5 (White, Cobb and Spratt 2000): where a simulation's warm-up ends. The observations are averaged in fives; of all points to cut at,
 * the one is taken behind which the standard error of the mean is least. It knows no time and no unit.
 */

export interface WarmUp {
  /** Observations to leave out at the beginning: a multiple of five. */
  readonly truncated: number;
  /** Of the batches behind the cut. */
  readonly mean: number;
  /** The squared standard error that was minimized: sum of squares around the mean, over the square of the number of batches. */
  readonly statistic: number;
  /** Whether more than half is cut: the series is then too short to tell its steady state, or has none. */
  readonly isTooShort: boolean;
}

const batchSize = 5;
/** The statistic of the last few batches is small by chance: no cut is made there. */
const batchesLeft = 5;

/** @throws RangeError below 50 observations, or at one that is not finite */
export function mser5(values: Float64Array | readonly number[]): WarmUp {
  const batches = Math.floor(values.length / batchSize);
  if (batches < 2 * batchesLeft) throw new RangeError(`a warm-up in ${values.length} observations, where 50 are the fewest`);
  const means = batchMeans(values, batches);
  // From the end to the front, the spread behind each cut grows by one batch (Welford's update); a tie keeps more.
  let [count, mean, squares] = [0, 0, 0];
  let best = { cut: 0, mean: 0, statistic: Infinity };
  for (let cut = batches - 1; cut >= 0; cut--) {
    count++;
    const delta = means[cut]! - mean;
    mean += delta / count;
    squares += delta * (means[cut]! - mean);
    const statistic = squares / (count * count);
    if (count >= batchesLeft && statistic <= best.statistic) best = { cut, mean, statistic };
  }
  const truncated = best.cut * batchSize;
  return { truncated, mean: best.mean, statistic: best.statistic, isTooShort: truncated > values.length / 2 };
}

function batchMeans(values: Float64Array | readonly number[], batches: number): Float64Array {
  const means = new Float64Array(batches);
  for (let i = 0; i < batches * batchSize; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) throw new RangeError(`observation ${i} is ${value}`);
    means[Math.floor(i / batchSize)]! += value / batchSize;
  }
  return means;
}
