import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadLedger, parseLedger } from '../../../experiments/claims/index.js';
import { packageRoot, sharedFolder } from '../../../experiments/places.js';
import { InputError } from '../../../sim/errors.js';
import { exampleClaim } from './example-claim.js';

const claim = { ...exampleClaim, id: 'x-fig1-ratio' };
const ledgerOf = (...claims: object[]): string => JSON.stringify({ claims });

describe('the claims ledger', () => {
  it('holds every claim of the papers, each in a known class', () => {
    const { claims } = loadLedger();
    expect(claims).length(173);
    expect(claims.filter((entry) => entry.class === 'withheld')).length(31);
    expect(claims[0]!.id).equals('fvd-s22-resize-example');
  });

  it('names no answer of a withheld claim', () => {
    for (const entry of loadLedger().claims.filter(({ class: name }) => name === 'withheld')) {
      expect(entry.expected).equals('withheld');
      expect(entry.within).equals(undefined);
    }
  });

  it('says what the reference data says, word for word', function () {
    const folder = sharedFolder('claims');
    if (folder === null) return this.skip();
    const parse = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
    const own = path.join(packageRoot, 'experiments', 'claims', 'data', 'claims.json');
    expect(parse(own)).deep.equals(parse(path.join(folder, 'claims.json')));
  });

  it('finds a claim by id, and names the nearest where there is none', () => {
    const ledger = parseLedger(ledgerOf(claim), 'ledger.json');
    expect(ledger.get('x-fig1-ratio', 'here').expected).equals(2);
    expect(() => ledger.get('x-fig1-ration', 'a measure')).to.throw(InputError, /a measure: .*did you mean x-fig1-ratio/);
  });

  const wrong: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['no JSON', '{', /ledger\.json/],
    ['no list', '{}', /no list "claims"/],
    ['an id twice', ledgerOf(claim, claim), /"x-fig1-ratio" twice/],
    ['an unknown class', ledgerOf({ ...claim, class: 'quantitive' }), /did you mean quantitative/],
    ['bounds in the wrong order', ledgerOf({ ...claim, within: { a: [2, 1] } }), /within\/a: found \[2, 1\]/],
    ['a bound that is no pair', ledgerOf({ ...claim, within: 3 }), /expected \[lowest, highest\]/],
    ['a missing statement', ledgerOf({ ...claim, statement: undefined }), /x-fig1-ratio\)\/statement: found nothing/],
    [
      'a withheld claim with its answer',
      ledgerOf({ ...claim, class: 'withheld', shape: 'one number' }),
      /"withheld" where the class is so/,
    ],
    ['a calibration of nothing', ledgerOf({ ...claim, class: 'calibration' }), /calibrates: found nothing/],
    ['a twin that does not exist', ledgerOf({ ...claim, same_as: 'y' }), /same_as: found "y"/],
  ];
  for (const [what, text, message] of wrong) {
    it(`refuses ${what}`, () => {
      expect(() => parseLedger(text, 'ledger.json')).to.throw(InputError, message);
    });
  }
});
