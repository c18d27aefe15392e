/** Values over time from what began and ended: how many at once, in equal windows; and samples thinned to as many as a chart can show. */

/** A value of a window, held until the next. */
export interface TimeValue {
  readonly atS: number;
  readonly value: number;
}

/**
 * How many intervals lie over each window in the mean.
 * @param from times in ns, as `to`, of the first `count` intervals
 */
export function concurrency(from: ArrayLike<number>, to: ArrayLike<number>, count: number, endNs: number, windows: number): TimeValue[] {
  const width = endNs / windows;
  const busy = new Float64Array(windows);
  for (let i = 0; i < count; i++) {
    const [begin, end] = [Math.max(0, from[i]!), Math.min(endNs, to[i]!)];
    const last = Math.min(windows - 1, Math.floor(end / width));
    for (let window = Math.min(windows - 1, Math.floor(begin / width)); window <= last; window++)
      busy[window]! += Math.max(0, Math.min(end, (window + 1) * width) - Math.max(begin, window * width));
  }
  return Array.from(busy, (sum, window) => ({ atS: (window * width) / 1e9, value: sum / width }));
}

/** The last value of each window that has one. */
export function lastOfWindows(
  at: ArrayLike<number>,
  values: ArrayLike<number>,
  count: number,
  endNs: number,
  windows: number,
): TimeValue[] {
  const found = new Map<number, number>();
  for (let i = 0; i < count; i++) found.set(Math.min(windows - 1, Math.floor((at[i]! / endNs) * windows)), i);
  return [...found.values()].sort((a, b) => a - b).map((i) => ({ atS: at[i]! / 1e9, value: values[i]! }));
}
