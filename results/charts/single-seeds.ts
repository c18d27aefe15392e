/** The single seeds behind the points of a chart: found by drawing the chart of each seed alone. It knows no study. */
import type { TopLevelSpec } from 'vega-lite';
import type { ChartPoint } from './layers.js';

type Point = ChartPoint & { readonly x?: number; readonly category?: string; readonly seeds?: readonly (number | null)[] };

/** The points that a chart of this vocabulary draws; empty for a chart of another. */
const pointsOf = (spec: TopLevelSpec): readonly Point[] => {
  const { data } = spec as { readonly data?: { readonly name?: string; readonly values?: readonly Point[] } };
  return data?.name === 'points' ? (data.values ?? []) : [];
};

const placeOf = ({ series, panel, category, x }: Point): string => JSON.stringify([series, panel ?? null, category ?? null, x ?? null]);

/**
 * The chart over all seeds, with the value of each seed beside each point.
 * @param alone the same chart drawn from the rows of each seed alone
 * @returns the chart as it was where the seeds do not draw the points that all of them draw: a distribution has its own for each
 */
export function withSingleSeeds(spec: TopLevelSpec, alone: readonly TopLevelSpec[]): TopLevelSpec {
  const points = pointsOf(spec);
  if (alone.length < 2 || points.length === 0 || alone.some((one) => !isSamePlaces(points, pointsOf(one)))) return spec;
  const values = points.map((point, i) => ({ ...point, seeds: [null, ...alone.map((one) => pointsOf(one)[i]!.value)] }));
  return { ...spec, data: { name: 'points', values }, transform: unfolding };
}

/**
 * A row for the point itself and, where the page's switch is on, one for each seed, which has nothing but its place and the seed's value.
 * This stands above panels: what shares a scale must not be made within them.
 */
const unfolding = [
  { flatten: ['seeds'], as: ['seed'] },
  { filter: 'seeds || !isValid(datum.seed)' },
  ...['value', 'low', 'high', 'paper'].map((field) => ({ calculate: `isValid(datum.seed) ? null : datum.${field}`, as: field })),
];

/** Whether the page can show single seeds of a chart. */
export const hasSingleSeeds = (spec: TopLevelSpec): boolean => pointsOf(spec).some(({ seeds }) => seeds !== undefined);

const isSamePlaces = (points: readonly Point[], others: readonly Point[]): boolean =>
  points.length === others.length && points.every((point, i) => placeOf(point) === placeOf(others[i]!));
