/** Each number that a paper states against what was simulated for it: the ratio of the two over the paper's value. It judges nothing. */
import type { TopLevelSpec } from 'vega-lite';
import { shown } from './layers.js';
import { ink, neutral, palette } from './style.js';
import { onePlot, wholeSpec, type Json } from './whole-spec.js';

/** A number of a paper with what was simulated for it, and the ends of its interval. */
export interface Comparison {
  /** What is compared, in a few words. */
  readonly claim: string;
  /** The paper; the legend has one entry for each. */
  readonly by: string;
  readonly paper: number;
  readonly simulated: number;
  readonly low: number;
  readonly high: number;
  /** Whether a parameter was set for it. */
  readonly isCalibrated: boolean;
}

const bases = ['predicted', 'calibrated'] as const;

/**
 * A point for each number, at 1 where both agree. Both axes are logarithmic, so numbers that are not above 0 are left out.
 * @throws RangeError where none is left, or one is not finite
 */
export function paperAgainstSimulated(comparisons: readonly Comparison[]): TopLevelSpec {
  if (comparisons.some(({ paper, simulated, low, high }) => ![paper, simulated, low, high].every(Number.isFinite)))
    throw new RangeError('a comparison with a number that is not finite');
  const drawn = comparisons.filter(({ paper, simulated, low }) => paper > 0 && simulated > 0 && low > 0);
  if (drawn.length === 0) throw new RangeError('a comparison of no numbers above 0');
  const papers = [...new Set(drawn.map(({ by }) => by))];
  const values = drawn.map(({ claim, by, paper, simulated, low, high, isCalibrated }) => ({
    claim,
    series: by,
    paper,
    simulated,
    ratio: simulated / paper,
    low: low / paper,
    high: high / paper,
    basis: bases[isCalibrated ? 1 : 0],
  }));
  return wholeSpec('Simulated over stated value of each number of the papers, over the stated value; 1 where they agree', {
    ...onePlot('page', 340),
    data: { name: 'comparisons', values },
    layer: layersOf(papers, marksOver(values.flatMap(({ low, high, ratio }) => [low, high, ratio]))),
  });
}

/** Marks of a log axis at 1, 2 and 5 of each power of ten, or at the powers alone where that would be many. */
function marksOver(values: readonly number[]): number[] {
  const [from, to] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const steps = to - from > 3 ? [1] : [1, 2, 5];
  return Array.from({ length: to - from + 1 }, (_, i) => steps.map((step) => Number(`${step}e${from + i}`))).flat();
}

function layersOf(papers: readonly string[], marks: readonly number[]): Json[] {
  const x = {
    field: 'paper',
    type: 'quantitative',
    title: 'Value that the paper states',
    scale: { type: 'log', nice: false, padding: 12 },
    axis: { format: '~g', tickCount: 8 },
  };
  const y = (field: string): Json => ({
    field,
    type: 'quantitative',
    title: 'Simulated / paper',
    scale: { type: 'log' },
    axis: { values: marks, format: '~g' },
  });
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: papers, range: papers.map((_, i) => palette[i % palette.length]) },
  };
  const shape = { field: 'basis', type: 'nominal', title: null, scale: { domain: bases, range: ['circle', 'cross'] } };
  const tooltip = [
    { field: 'claim', type: 'nominal', title: 'Claim' },
    shown('paper', 'Paper'),
    shown('simulated', 'Simulated'),
    shown('ratio', 'Ratio'),
    { field: 'basis', type: 'nominal', title: 'Basis' },
  ];
  const opacity = { condition: { param: 'pick', value: 0.85 }, value: 0.08 };
  return [
    {
      name: 'intervals',
      params: [{ name: 'pick', select: { type: 'point', fields: ['series'] }, bind: 'legend' }],
      mark: { type: 'rule', strokeWidth: 1.2, aria: false },
      encoding: { x, y: y('low'), y2: { field: 'high' }, color, opacity },
    },
    {
      name: 'agreement',
      data: { values: [{ ratio: 1 }] },
      mark: { type: 'rule', color: neutral.quiet, strokeDash: [4, 3], strokeWidth: 1.2, aria: false },
      encoding: { y: y('ratio') },
    },
    {
      name: 'comparisons',
      mark: { type: 'point', filled: true, size: 46, stroke: ink, strokeWidth: 0.4 },
      encoding: { x, y: y('ratio'), color, shape, opacity, tooltip },
    },
  ];
}
