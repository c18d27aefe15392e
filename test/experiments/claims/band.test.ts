import { expect } from 'chai';
import { bandInWords, bandValue, underDetermined, withBands, type Band } from '../../../experiments/claims/band.js';
import { namedLeaves } from '../../../experiments/claims/bounds.js';
import { claimsJson, evaluateClaims, Ledger, type Claim, type ClaimResult, type Measured } from '../../../experiments/claims/index.js';
import { take, takeIfMeasured } from '../../../experiments/claims/measure.js';
import type { Row } from '../../../results/rows.js';
import { NothingMeasured, numberIn } from '../../../results/summary.js';
import { exampleClaim as base } from './example-claim.js';

const bandOf = (samples: readonly Measured[], own: Measured, holds: number | null = null): Band => ({
  value: bandValue(
    samples.map((value) => [value]),
    [own],
    'test',
  ),
  samples: samples.length,
  seeds: 1,
  holds,
  scale: 'quick',
});
const resultWith = (band: Band, own: Measured, claim = base): ClaimResult =>
  withBands(evaluateClaims(new Ledger([claim]), new Map([['c', { values: [own] }]])), new Map([['c', band]]))[0]!;

describe('a band', () => {
  const ends = (band: Band): [number, number] => {
    const [{ interval }] = namedLeaves(band.value, null) as [ReturnType<typeof namedLeaves>[0]];
    return [interval.low, interval.high];
  };

  it('goes from the lowest to the highest sample, and further where the value as it is lies outside of these', () => {
    expect(ends(bandOf([3, 1, 2], 2))).eql([1, 3]);
    expect(ends(bandOf([3, 1, 2], 4))).eql([1, 4]);
  });

  it('leaves the outermost of many samples out, 2.5 % at each end', () => {
    const many = Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(ends(bandOf(many, 500))).eql([25, 976]);
    expect(ends(bandOf(many.slice(0, 40), 20))).eql([1, 40]);
  });

  it('leaves out what a moved test-bed measures nothing of, and hides no defect', () => {
    const measure = { claim: 'c', value: (rows: readonly Row[]) => numberIn(rows[0]!, 'ms') };
    expect(takeIfMeasured(measure, [{ seed: 1, ms: 4 }])!.values).eql([4]);
    expect(takeIfMeasured(measure, [{ seed: 1, ms: null }])).equal(null);
    expect(() => takeIfMeasured(measure, [{ seed: 1 }])).to.throw(RangeError, /"ms" holds undefined/);
    expect(() => take(measure, [{ seed: 1, ms: null }])).to.throw(NothingMeasured);
  });

  it('takes the mean over the seeds of a sample', () => {
    expect(namedLeaves(bandValue([[1, 3]], [2, 2], 'test'), null)[0]!.interval.high).equal(2);
  });

  it('stands beside the interval, in words and in JSON, and changes no verdict', () => {
    const result = resultWith(bandOf([1, 3], 2), 2);
    expect(result.verdict).equal('within');
    expect(bandInWords(result.band!)).equal('1 to 3 (2 samples of 1 seed, quick)');
    const [json] = claimsJson([result]);
    expect(json).deep.include({
      simulated: 2,
      interval: [2, 2],
      band: [1, 3],
      bandOf: { samples: 2, seeds: 1, holds: null, scale: 'quick' },
    });
    for (const key of ['id', 'class', 'paper', 'verdict', 'calibratedOn', 'why']) expect(json).property(key);
  });

  it('is null where none was measured', () => {
    const [json] = claimsJson(evaluateClaims(new Ledger([base]), new Map([['c', { values: [2] }]])));
    expect(json).include({ band: null, bandOf: null, why: null });
  });
});

describe('a claim is under-determined', () => {
  it('where its band spans a bound, whatever the verdict', () => {
    expect(underDetermined(resultWith(bandOf([1.9, 2.5], 2), 2))).match(
      /^under-determined: .* from 1\.9 to 2\.5, across the bound 2\.2\.$/,
    );
    expect(underDetermined(resultWith(bandOf([1.9, 2.5], 2.4), 2.4))).match(/under-determined/);
    expect(underDetermined(resultWith(bandOf([1, 3], 2), 2))).match(/bounds 1\.8 and 2\.2/);
  });

  it('not where the band lies inside, or outside on one side', () => {
    expect(underDetermined(resultWith(bandOf([1.9, 2.1], 2), 2))).equal(null);
    expect(underDetermined(resultWith(bandOf([2.3, 2.5], 2.4), 2.4))).equal(null);
  });

  it('by the number of a structure that spans its bound', () => {
    const claim: Claim = { ...base, within: { read: [1, 2], write: [1, 2] } };
    const own = { read: 1.5, write: 1.5 };
    const band = bandOf([{ read: 1.4, write: 1.4 }, { read: 1.6, write: 2.6 }], own); // prettier-ignore
    expect(underDetermined(resultWith(band, own, claim))).contains('write lies from 1.4 to 2.6, across the bound 2');
  });

  it('where an order holds in some samples only', () => {
    const order: Claim = { ...base, class: 'ordering or shape' };
    const some = resultWith(bandOf([1.9, 2.1, 2], 2, 2), 2, order);
    expect(underDetermined(some)).contains('it holds in 2 of 3 samples');
    expect(underDetermined({ ...some, band: { ...some.band!, holds: 3 } })).equal(null);
  });
});
