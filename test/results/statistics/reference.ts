/** What SciPy makes of the same numbers: see reference.py, which says how the file was made. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../experiments/places.js';

type Pairs = readonly (readonly [number, number])[];

interface Reference {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly skewed: readonly number[];
  readonly pairedT: { readonly t: number; readonly p: number };
  readonly tails: readonly (readonly [t: number, freedom: number, p: number])[];
  readonly pearson: number;
  readonly fieller: readonly [ratio: number, low: number, high: number];
  readonly normalCdf: Pairs;
  readonly normalQuantile: Pairs;
  readonly binomial: readonly (readonly [n: number, q: number, counts: readonly [number, number]])[];
  readonly ksSmall: { readonly exact: readonly [number, number] };
  readonly ksLarge: { readonly x: readonly number[]; readonly y: readonly number[]; readonly exact: readonly [number, number] };
  readonly kolmogorov: Pairs;
  readonly bootstrap: { readonly percentile: readonly [number, number]; readonly bca: readonly [number, number] };
  readonly mser: { readonly values: readonly number[]; readonly answer: readonly [number, number, number] };
}

export const reference = JSON.parse(readFileSync(path.join(packageRoot, 'test/results/statistics/reference.json'), 'utf8')) as Reference;
