import { expect } from 'chai';
import { loadLedger } from '../../../experiments/claims/index.js';
import { allMeasures } from '../../../experiments/run/measure-figures.js';
import { testbeds } from '../../../experiments/testbeds/index.js';
import { parametersOf } from '../../../experiments/testbeds/parameters.js';

describe('calibrations', () => {
  const all = [...testbeds].flatMap(([bed, testbed]) =>
    parametersOf(testbed).map((parameter) => ({ ...parameter, path: `${bed}.${parameter.path}` })),
  );
  const scored = ['identity', 'ordering or shape', 'quantitative'];

  it('name the claim that they were made on, and nothing else does', () => {
    for (const { path, status, calibratedOn } of all) expect(calibratedOn !== undefined, path).to.equal(status === 'calibration');
  });

  it('leave no claim to be scored that a parameter was set on', () => {
    const ledger = loadLedger();
    const measures = allMeasures();
    for (const { path, calibratedOn } of all) {
      if (calibratedOn === undefined) continue;
      const claim = ledger.get(calibratedOn, path);
      const measured = measures.get(calibratedOn)?.measure;
      if (scored.includes(claim.class) && measured !== undefined) expect(measured.calibratedOn, path).to.equal(calibratedOn);
    }
  });

  it('are owned to: no assumption was chosen with a result in view', () => {
    for (const { path, status, source } of all) if (/in view/.test(source)) expect(status, path).to.equal('calibration');
  });
});
