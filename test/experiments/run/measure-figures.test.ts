import { expect } from 'chai';
import { allMeasures, failuresOf, judge, type MeasuredFigure } from '../../../experiments/run/measure-figures.js';
import { figures } from '../../../experiments/figures/index.js';

const figure = figures.get('fvd-counts', 'test');
const failed: MeasuredFigure = { id: 'fvd-counts', figure, rows: [], failures: ['fvd-counts {"study":"x"} seed 2, quick: no room'] };

describe('a figure of which a run failed', () => {
  it('judges none of its claims, and says why', () => {
    const results = judge([failed]);
    const one = results.find(({ claim }) => claim.id === 'fvd-s33-naive-seeks')!;
    expect([one.verdict, one.why]).eql(['not modelled', 'A run failed: fvd-counts {"study":"x"} seed 2, quick: no room']);
    const other = results.find(({ claim }) => claim.id === 'fvd-fig5-read')!;
    expect(other.why).equal(null);
  });

  it('is told once, though several figures draw the run', () => {
    expect(failuresOf([failed, failed])).eql(failed.failures);
  });
});

describe('the measures', () => {
  it('of all figures are found by claim', () => {
    expect(allMeasures().get('fvd-s33-naive-seeks')!.figure).equal(figure);
  });
});
