import { expect } from 'chai';
import { take } from '../../../experiments/claims/index.js';
import { fvdCrash } from '../../../experiments/figures/fvd-crash.js';
import { testbeds } from '../../../experiments/testbeds/index.js';
import type { Row } from '../../../results/rows.js';

describe('the figure of crashes', () => {
  const { study, measures } = fvdCrash;
  const testbed = testbeds.get('fvd', 'a test');
  const rows = study.points('quick').flatMap((point) => study.run(point, 1, 'quick', testbed));
  const ofClaim = (claim: string, of: readonly Row[]) =>
    take(
      measures.find((measure) => measure.claim === claim)!,
      of,
    );

  it('has all cases of the appendix, as claimed, and no loss with any optimization', () => {
    const cases = measures.filter(({ claim }) => claim.startsWith('fvd-app-crash-'));
    expect(cases).to.have.length(6);
    for (const { claim } of cases) expect(ofClaim(claim, rows).holds, claim).to.deep.equal([true]);
    expect(ofClaim('fvd-app-opt-crash', rows).values).to.deep.equal([0]);
  });

  it('sees only COW lose what was acknowledged', () => {
    const { values, holds } = ofClaim('fvd-s31-cow-unsafe', rows);
    expect(holds).to.deep.equal([true]);
    expect(values[0]).to.include({ RAW: 0, FVD: 0, QCOW2: 0 }).and.property('COW').above(0);
  });

  it('would not pass an image that loses a write, nor a step that leaves another state', () => {
    const lossy = rows.map((row) => (row['system'] === 'FVD' && row['name'] === 'prefetch' ? { ...row, lost: 1 } : row));
    expect(ofClaim('fvd-s31-cow-unsafe', lossy).holds).to.deep.equal([false]);
    expect(ofClaim('fvd-app-opt-crash', lossy).values).to.deep.equal([2]);
    const early = rows.map((row) => (row['what'] === 'step' && row['name'] === 'W4' ? { ...row, found: 'new and new' } : row));
    expect(ofClaim('fvd-app-crash-w4', early).holds).to.deep.equal([false]);
  });

  it('draws the losses of four formats', () => {
    expect(fvdCrash.charts(rows)[0]!.points.rows).to.have.length(12);
  });
});
