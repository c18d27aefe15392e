/** A claim of no paper: for tests. */
import type { Claim } from '../../../experiments/claims/index.js';

export const exampleClaim: Claim = {
  id: 'c',
  paper: 'X',
  locus: 'Fig 1',
  statement: 'A is twice B',
  class: 'quantitative',
  expected: 2,
  definition: 'A/B',
  testbed: 'x',
  tolerance: { value: '+-10 %', reason: 'rounding' },
  within: [1.8, 2.2],
};
