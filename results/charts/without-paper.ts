/** A chart of this vocabulary without the values of a paper, as if its points had none: for runs that the paper's values say nothing of. */
import type { TopLevelSpec } from 'vega-lite';
import type { Json } from './whole-spec.js';

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const isOfPaper = (value: unknown): boolean => isObject(value) && (value['name'] === 'paper' || value['field'] === 'paper');

/** Layers and tooltips of the paper, and its value in each point, are left out. */
export const withoutPaper = (spec: TopLevelSpec): TopLevelSpec => pruned(spec) as TopLevelSpec;

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isOfPaper(item)).map(pruned);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (key === 'paper' ? [] : [[key, pruned(part)]])));
}
