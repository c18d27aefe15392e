/** The straight line through points. It knows no confidence: see `intervals.ts`. */
import { linearRegression, linearRegressionLine, rSquared } from 'simple-statistics';

/** The straight line of least squares through points (x, y), and the share of the spread of y that it explains. Throws RangeError below two points. */
export function linearFit(points: readonly (readonly [x: number, y: number])[]): {
  readonly slope: number;
  readonly intercept: number;
  readonly r2: number;
} {
  if (points.length < 2) throw new RangeError(`a line through ${points.length} point(s)`);
  const samples = points.map(([x, y]) => [x, y]);
  const { m, b } = linearRegression(samples);
  return { slope: m, intercept: b, r2: rSquared(samples, linearRegressionLine({ m, b })) };
}
