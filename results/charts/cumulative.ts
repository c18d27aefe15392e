/**
 * Cumulative distributions of measured values: which share is at most, or (complementary, for tails on a log axis) above a value.
 */
import type { TopLevelSpec } from 'vega-lite';
import { lines, type LineOptions, type LinePoint } from './lines.js';

/** Measured values of one series, in any order. */
export interface Sample {
  readonly series: string;
  readonly panel?: string;
  readonly values: readonly number[];
}

export interface CumulativeOptions extends Omit<LineOptions, 'steps' | 'band'> {
  /** Shares above a value, on a log axis; the largest value, above which there is none, is left out. */
  readonly complementary?: boolean;
}

/** A curve needs no more points than a figure has pixels. */
const pointsAtMost = 500;

/** Throws RangeError at a sample without values, or of an undeclared series. */
export function cumulative(options: CumulativeOptions, samples: readonly Sample[]): TopLevelSpec {
  const { complementary = false, ...rest } = options;
  const points = samples.flatMap((sample) => curve(sample, complementary));
  return lines({ ...rest, ...(complementary ? { yLog: true } : {}), steps: true, band: 'Share' }, points);
}

function curve({ series, panel, values }: Sample, complementary: boolean): LinePoint[] {
  const n = values.length;
  if (n === 0) throw new RangeError(`a distribution of no values ("${series}")`);
  const sorted = Float64Array.from(values).sort();
  const points: LinePoint[] = [];
  for (const rank of ranks(n, complementary)) {
    const x = sorted[rank - 1]!;
    const atMost = rank / n;
    const share = complementary ? 1 - atMost : atMost;
    if (complementary && rank === n) continue;
    // Of equal values the last rank counts.
    if (points.at(-1)?.x === x) points.pop();
    points.push({ series, x, value: share, low: share, high: share, ...(panel === undefined ? {} : { panel }) });
  }
  return points;
}

/** Ranks from 1 to n: all of them where they are few; else evenly, or closer and closer to the end for a tail. */
function ranks(n: number, complementary: boolean): number[] {
  if (n <= pointsAtMost) return Array.from({ length: n }, (_, i) => i + 1);
  const share = (i: number): number => i / (pointsAtMost - 1);
  const rank = (i: number): number => (complementary ? Math.ceil(n - n ** (1 - share(i)) + 1) : Math.ceil(1 + share(i) * (n - 1)));
  return [...new Set(Array.from({ length: pointsAtMost }, (_, i) => Math.min(n, rank(i))))];
}
