import { expect } from 'chai';
import {
  Ledger,
  claimsJson,
  claimsTable,
  evaluateClaims,
  loadLedger,
  scoreRows,
  take,
  type Claim,
  type ClaimResult,
  type Measure,
  type Measurement,
} from '../../../experiments/claims/index.js';
import { InputError } from '../../../sim/errors.js';
import { exampleClaim as base } from './example-claim.js';

const withoutBounds = (changes: Partial<Claim>): Claim => {
  const rest: Partial<Claim> = { ...base };
  delete (rest as { within?: unknown }).within;
  return { ...rest, ...changes } as Claim;
};
const judge = (claim: Claim, measurement: Measurement): ClaimResult =>
  evaluateClaims(new Ledger([claim]), new Map([[claim.id, measurement]]))[0]!;

describe('verdicts', () => {
  it('are within, missed or inconclusive as the whole interval lies inside, outside, or across a bound', () => {
    expect(judge(base, { values: [1.99, 2.0, 2.01] }).verdict).equals('within');
    expect(judge(base, { values: [2.99, 3.0, 3.01] }).verdict).equals('missed');
    expect(judge(base, { values: [1.7, 2.0, 2.3] }).verdict).equals('inconclusive');
  });

  it('take a deterministic value, or a single seed, as a point', () => {
    expect(judge(base, { values: [2.2] }).verdict).equals('within');
    expect(judge(base, { values: [2.2001, 2.2001] }).verdict).equals('missed');
  });

  it('let the worst of several numbers decide', () => {
    const claim: Claim = {
      ...base,
      within: {
        qcow2: [
          [1, 2],
          [3, 4],
        ],
        raw: [0, 1],
      },
    };
    expect(judge(claim, { values: [{ cluster_KB: [4, 8], qcow2: [1.5, 3.5], raw: 0.5 }] }).verdict).equals('within');
    expect(judge(claim, { values: [{ qcow2: [1.5, 4.5], raw: 0.5 }] }).verdict).equals('missed');
    expect(
      judge(claim, {
        values: [
          { qcow2: [1.5, 3.5], raw: 0.1 },
          { qcow2: [1.5, 3.5], raw: 1.1 },
        ],
      }).verdict,
    ).equals('inconclusive');
  });

  it('hold one pair of bounds against every number of a structure', () => {
    expect(judge(base, { values: [{ read: 1.9, write: 2.1 }] }).verdict).equals('within');
    expect(judge(base, { values: [[1.9, 2.3]] }).verdict).equals('missed');
  });

  it('hold or fail, for an order, as every seed does', () => {
    const order = withoutBounds({ class: 'ordering or shape' });
    expect(judge(order, { values: [1, 2], holds: [true, true] }).verdict).equals('holds');
    const failed = judge(order, { values: [1, 2, 3], holds: [true, false, true] });
    expect(failed.verdict).equals('fails');
    expect(failed.why).equals('It does not hold in 1 of 3 seeds.');
    expect(judge(order, { values: [{}], holds: false, why: 'The cache is larger here.' }).why).equals('The cache is larger here.');
  });

  it('judge an identity by its bounds, and by whether it holds', () => {
    const identity: Claim = { ...base, class: 'identity', within: [0, 0] };
    expect(judge(identity, { values: [0] }).verdict).equals('within');
    expect(judge(identity, { values: [1] }).verdict).equals('missed');
    expect(judge(identity, { values: [0], holds: false }).verdict).equals('fails');
  });

  it('never score calibrations, inputs and what follows from them, but say how they stand', () => {
    const calibration: Claim = { ...base, class: 'calibration', calibrates: 'a share' };
    const result = judge(calibration, { values: [3] });
    expect([result.verdict, result.stand, result.calibratedOn]).deep.equals(['calibrated', 'outside', 'a share']);
    expect(judge({ ...base, class: 'input' }, { values: [2] }).verdict).equals('not scored');
    expect(judge(base, { values: [2], calibratedOn: 'c' }).verdict).equals('calibrated');
  });

  it('give a prediction of a withheld claim', () => {
    const blind = withoutBounds({ class: 'withheld', expected: 'withheld', shape: 'one number' });
    expect(judge(blind, { values: [2.1, 2.2] }).verdict).equals('prediction');
    expect(() => judge(blind, { values: [2], bounds: { within: [1, 2], from: 'x' } })).to.throw(InputError, 'none for a withheld claim');
  });

  it('take bounds derived from words where the ledger has no numbers, and only there', () => {
    const worded = withoutBounds({ expected: '16 % (15-17 %)' });
    const bounds = { within: [0.14, 0.18], from: '0.16 +-0.02' } as const;
    const result = judge(worded, { values: [0.16, 0.161], bounds });
    expect([result.verdict, result.boundsFrom]).deep.equals(['within', '0.16 +-0.02']);
    expect(judge(worded, { values: [0.5], bounds: { within: [-Infinity, 0.18], from: '< 18 %' } }).verdict).equals('missed');
    expect(() => judge(base, { values: [2], bounds })).to.throw(InputError, "the ledger's bounds only");
    expect(() => judge(worded, { values: [0.16] })).to.throw(InputError, 'neither bounds nor whether it holds');
  });

  it('judge a twin by the measure of the claim it repeats', () => {
    const twin: Claim = { ...base, id: 'd', sameAs: 'c' };
    const results = evaluateClaims(new Ledger([base, twin]), new Map([['c', { values: [2] }]]));
    expect(results.map(({ verdict }) => verdict)).deep.equals(['within', 'within']);
  });
});

describe('a measure of the wrong form', () => {
  const wrong: readonly (readonly [what: string, claim: Claim, measurement: Measurement, message: RegExp])[] = [
    ['no value', base, { values: [] }, /no value/],
    ['NaN', base, { values: [NaN] }, /found NaN/],
    ['one number where bounds have keys', { ...base, within: { a: [1, 2] } }, { values: [1] }, /values for a/],
    ['a missing key', { ...base, within: { a: [1, 2] } }, { values: [{ b: 1 }] }, /measure of c\/a: found no measured value/],
    ['seeds of unequal keys', base, { values: [{ a: 1 }, { b: 1 }] }, /measure of c\/a/],
    ['seeds of unequal lengths', base, { values: [[1], [1, 2]] }, /unequal length/],
    ['an unknown calibration', base, { values: [2], calibratedOn: 'zz' }, /calibratedOn: found the unknown claim "zz"/],
  ];
  for (const [what, claim, measurement, message] of wrong) {
    it(`is refused: ${what}`, () => expect(() => judge(claim, measurement)).to.throw(InputError, message));
  }

  it('is refused: a claim that does not exist', () => {
    expect(() => evaluateClaims(new Ledger([base]), new Map([['e', { values: [1] }]]))).to.throw(InputError, 'unknown claim "e"');
  });
});

describe('the claims table', () => {
  const results = evaluateClaims(
    loadLedger(),
    new Map<string, Measurement>([
      ['fvd-fig5-second-write', { values: [2.1, 2.15, 2.2] }],
      ['fvd-fig5-first-write', { values: [3.1] }],
      ['fvd-fig5-read', { values: [2.2, 2.3] }],
      [
        'irow12-fig2',
        { values: [{ qcow2: [0.1, 0.7, 0.74, 0.79, 0.86], 'qcow2-s': [0.11, 0.2, 0.33, 0.37, 0.38] }], why: 'Small clusters.' },
      ],
    ]),
  );

  it('lists every claim of the ledger, in its order', () => {
    expect(claimsJson(results).map(({ id }) => id)).deep.equals(loadLedger().claims.map(({ id }) => id));
    const lines = claimsTable(results).split('\n');
    expect(lines.filter((line) => /^(fvd|consnap|once|irow)[^ :]* /.test(line))).length(173);
    expect(lines.at(-2)).match(/^173 claims: 1 within, 1 missed, 1 prediction, 1 calibrated, 4 not scored, 165 not modelled$/);
  });

  it('shows what is withheld as a prediction or as not modelled', () => {
    const withheld = claimsJson(results).filter(({ class: name }) => name === 'withheld');
    expect(new Set(withheld.map(({ verdict }) => verdict))).deep.equals(new Set(['prediction', 'not modelled']));
    expect(withheld.find(({ id }) => id === 'fvd-fig5-read')).deep.include({ paper: 'withheld', simulated: 2.25, verdict: 'prediction' });
  });

  it('shows means with intervals, and the sentence of a miss', () => {
    const second = scoreRows(results).find(({ id }) => id === 'fvd-fig5-second-write')!;
    expect(second.simulated).equals('2.15 [2.026, 2.274]');
    expect(scoreRows(results).find(({ id }) => id === 'fvd-fig5-first-write')!.simulated).equals('3.1');
    expect(claimsTable(results)).contains('\nirow12-fig2: Small clusters.\n');
  });

  it('is the same text every time', () => {
    expect(claimsTable(results)).equals(claimsTable(results));
    expect(JSON.stringify(claimsJson(results))).not.contains('undefined');
  });
});

describe('a measure', () => {
  interface Run {
    readonly [column: string]: string | number;
    readonly format: string;
    readonly seed: number;
    readonly mbps: number;
  }
  const rows: Run[] = [1, 2].flatMap((seed) => [
    { format: 'fvd', seed, mbps: 8 * seed },
    { format: 'qcow2', seed, mbps: 4 },
  ]);
  const ratio: Measure<Run, number> = {
    claim: 'c',
    value: (run) => run.find(({ format }) => format === 'fvd')!.mbps / run.find(({ format }) => format === 'qcow2')!.mbps,
    holds: (value) => value > 3,
    why: 'Only seed 2.',
  };

  it('gives one value a seed, and whether it holds there', () => {
    expect(take(ratio, rows)).deep.equals({ values: [2, 4], holds: [false, true], why: 'Only seed 2.' });
  });
});
