/**
 * Least squares within bounds, by damped steps (Levenberg 1944, Marquardt 1963) with derivatives by differences; what the measurements say of each
 * parameter, and which they do not determine. It knows no model.
 */
import { tQuantile } from './student-t.js';

export interface FitParameter {
  readonly name: string;
  readonly start: number;
  readonly low: number;
  readonly high: number;
}

export interface FittedParameter {
  readonly name: string;
  readonly value: number;
  /** Half of the 95 % interval; infinite where the measurements say nothing. */
  readonly halfWidth: number;
  /** Whether the best value lies at one of the bounds. */
  readonly isAtBound: boolean;
  /** Another parameter that can make up for this one: moved together they change next to nothing; null where there is none. */
  readonly confusedWith: string | null;
}

export interface Fit {
  readonly parameters: readonly FittedParameter[];
  /** At the best values: model less measurement, in standard errors. */
  readonly residuals: readonly number[];
  /** Sum of squared residuals over the degrees of freedom: near 1 where the model holds and the errors are as stated. */
  readonly reducedChiSquare: number;
}

/** Residuals in standard errors; null where the model has no answer at these values. */
export type Residuals = (values: readonly number[]) => readonly number[] | null;

const stepsAtMost = 200;
/** Of a parameter's bounds, for differences: not so small that a model which rounds (sectors of a track, whole cylinders) does not move. */
const probe = 5e-3;
/** Above this correlation of two estimates one makes up for the other. */
const confused = 0.9;

/** @throws RangeError with fewer residuals than parameters and one, or where the model has no answer at the start */
export function leastSquares(parameters: readonly FitParameter[], residualsAt: Residuals): Fit {
  let values = parameters.map(({ start }) => start);
  let residuals = residualsAt(values);
  if (residuals === null) throw new RangeError('no answer of the model at the start');
  const freedom = residuals.length - parameters.length;
  if (freedom < 1) throw new RangeError(`${residuals.length} measurements for ${parameters.length} parameters`);
  let damping = 1e-3;
  for (let step = 0; step < stepsAtMost && damping < 1e12; step++) {
    const jacobian = derivatives(parameters, values, residuals, residualsAt);
    const { square, gradient } = normal(jacobian, residuals);
    const move = solve(
      square.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) + 1e-12 : value))),
      gradient.map((value) => -value),
    );
    const next = values.map((value, i) => within(parameters[i]!, value + move[i]! * scaleOf(parameters[i]!)));
    const answer = residualsAt(next);
    if (answer === null || sumOfSquares(answer) >= sumOfSquares(residuals)) {
      damping *= 8;
      continue;
    }
    const isDone = sumOfSquares(residuals) - sumOfSquares(answer) < 1e-10 * sumOfSquares(residuals);
    [values, residuals, damping] = [next, answer, damping / 5];
    if (isDone) break;
  }
  return assessed(parameters, values, residuals, derivatives(parameters, values, residuals, residualsAt), freedom);
}

const scaleOf = ({ low, high }: FitParameter): number => high - low;
const within = ({ low, high }: FitParameter, value: number): number => Math.min(high, Math.max(low, value));
const sumOfSquares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);

/** By parameter, of each residual: per width of the bounds, so that all are of one size. */
function derivatives(
  parameters: readonly FitParameter[],
  values: readonly number[],
  at: readonly number[],
  residualsAt: Residuals,
): number[][] {
  return parameters.map((parameter, p) => {
    const step = (sign: number): { share: number; answer: readonly number[] | null } => {
      const moved = within(parameter, values[p]! + sign * probe * scaleOf(parameter));
      const share = (moved - values[p]!) / scaleOf(parameter);
      return { share, answer: share === 0 ? null : residualsAt(values.map((value, i) => (i === p ? moved : value))) };
    };
    const [up, down] = [step(1), step(-1)];
    if (up.answer !== null && down.answer !== null) return at.map((_, i) => (up.answer![i]! - down.answer![i]!) / (up.share - down.share));
    const one = up.answer !== null ? up : down;
    return at.map((value, i) => (one.answer === null ? 0 : (one.answer[i]! - value) / one.share));
  });
}

function normal(jacobian: readonly (readonly number[])[], residuals: readonly number[]): { square: number[][]; gradient: number[] } {
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  return { square: jacobian.map((a) => jacobian.map((b) => dot(a, b))), gradient: jacobian.map((a) => dot(a, residuals)) };
}

function assessed(
  parameters: readonly FitParameter[],
  values: readonly number[],
  residuals: readonly number[],
  jacobian: readonly (readonly number[])[],
  freedom: number,
): Fit {
  const { square } = normal(jacobian, residuals);
  const reducedChiSquare = sumOfSquares(residuals) / freedom;
  const largest = Math.max(...square.map((row, i) => row[i]!));
  // A direction that changes nothing has no inverse: a little of everything keeps the matrix regular, and the direction's variance huge.
  const covariance = inverse(square.map((row, i) => row.map((value, j) => (i === j ? value + 1e-12 * largest : value))));
  // Where the model fits worse than the stated errors allow, the errors are taken to be larger.
  const factor = tQuantile(0.975, freedom) * Math.sqrt(Math.max(1, reducedChiSquare));
  const sd = covariance.map((row, i) => Math.sqrt(Math.max(0, row[i]!)));
  return {
    parameters: parameters.map((parameter, p): FittedParameter => {
      const saysNothing = !(square[p]![p]! > 1e-9 * largest);
      const together = covariance[p]!.map((value, q) => (q === p || sd[p] === 0 || sd[q] === 0 ? 0 : Math.abs(value / (sd[p]! * sd[q]!))));
      const strongest = together.indexOf(Math.max(...together));
      const value = values[p]!;
      return {
        name: parameter.name,
        value,
        halfWidth: saysNothing ? Infinity : factor * sd[p]! * scaleOf(parameter),
        isAtBound: value <= parameter.low || value >= parameter.high,
        confusedWith: together[strongest]! > confused ? parameters[strongest]!.name : null,
      };
    }),
    residuals,
    reducedChiSquare,
  };
}

const inverse = (matrix: readonly (readonly number[])[]): number[][] =>
  matrix.map((_, column) =>
    solve(
      matrix,
      matrix.map((__, i) => (i === column ? 1 : 0)),
    ),
  );

/** Gauss with the largest pivot first. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    const pivot = rows
      .slice(column)
      .reduce((best, row, i) => (Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? column + i : best), column);
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < n; row++) {
      if (row === column || rows[column]![column] === 0) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let k = column; k <= n; k++) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  return rows.map((row, i) => (row[i] === 0 ? 0 : row[n]! / row[i]!));
}
