/** What a claim owes to the parameters that its paper leaves open: how it is told, kept and asked for. */
import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { End, Sensitivity } from '../../../experiments/claims/sensitivity.js';
import { matters, measureOf } from '../../../experiments/claims/sensitivity.js';
import { InputError } from '../../../sim/errors.js';
import { samplesOf } from '../../../experiments/claims/sensitivity-bands.js';
import { sensitivityNotes, sensitivityRows, sensitivityTable, tornadoCharts } from '../../../experiments/claims/sensitivity-output.js';
import { loadLedger } from '../../../experiments/claims/index.js';
import { testbeds } from '../../../experiments/testbeds/index.js';
import { rangedParameters } from '../../../experiments/testbeds/ranges.js';
import { storeBand, storedBands } from '../../../experiments/run/band-store.js';
import { snapsim as command } from '../../support/command.js';

const at = (value: number | null, setting: number, holds: boolean | null = null): End => ({
  setting,
  value: value === null ? null : { mean: value, low: value, high: value, n: 1 },
  stand: null,
  holds,
});
const [first, second, third] = rangedParameters(testbeds.get('fvd', 'test')) as [never, never, never];
const known = (changes: Partial<Sensitivity> = {}): Sensitivity => ({
  claim: loadLedger().get('fvd-fig5-read', 'test'),
  testbed: 'fvd',
  scale: 'quick',
  seeds: 1,
  asItIs: at(2, 0),
  bounds: null,
  effects: [
    { parameter: first, low: at(1, 1), high: at(2.5, 3), isRead: true, swing: 0.5 },
    { parameter: second, low: at(2.001, 1), high: at(2, 3), isRead: true, swing: 0.0005 },
    { parameter: third, low: at(2, 1), high: at(2, 3), isRead: false, swing: 0 },
  ],
  failures: [],
  ...changes,
});
const nameOf = (parameter: { readonly path: string }): string => parameter.path;

describe('the sensitivity of a claim', () => {
  it('lists what matters in a table, and names what does not, with the reason', () => {
    const { rows } = sensitivityTable(known());
    expect(rows.map(([name]) => name)).eql([nameOf(first)]);
    const notes = sensitivityNotes(known());
    expect(notes.find((note) => note.includes('below 0.5 %')))
      .contains(nameOf(second))
      .and.not.contains(nameOf(third));
    expect(notes.find((note) => note.includes('do not use them'))).contains(nameOf(third));
  });

  it('counts a parameter that turns an order around, though no number moves', () => {
    const turned = { parameter: first, low: at(2, 1, false), high: at(2, 3, true), isRead: true, swing: 0 };
    expect(matters(turned, known({ asItIs: at(2, 0, true) }))).equal(true);
    expect(matters({ ...turned, low: at(2, 1, true) }, known({ asItIs: at(2, 0, true) }))).equal(false);
  });

  it('has a row for each end, failed ones too, and a bar for each parameter that moves the value', () => {
    const rows = sensitivityRows(known({ effects: [...known().effects.slice(0, 1), { ...known().effects[1]!, low: at(null, 1) }] }));
    expect(rows.map(({ end, value }) => [end, value])).eql([
      ['as it is', 2],
      ['low', 1],
      ['high', 2.5],
      ['low', null],
      ['high', 2],
    ]);
    const { spec } = tornadoCharts(known())[0]!;
    expect(new Set((spec as unknown as { data: { values: { parameter: string }[] } }).data.values.map(({ parameter }) => parameter))).eql(
      new Set([nameOf(first)]),
    );
  });
});

describe('the measure of a claim', () => {
  it('is refused where no figure has one', () => {
    expect(() => measureOf('fvd-fig5-read', loadLedger(), new Map())).throw(InputError, 'claim fvd-fig5-read: found no figure');
  });
});

describe('samples of open parameters', () => {
  it('leave what was calibrated as it is', () => {
    const [sample] = samplesOf('fvd', 5);
    expect(sample).property('hostOverhead');
    expect(sample).not.property('requestOverhead');
    expect(samplesOf('fvd', 5)).eql(samplesOf('fvd', 5));
  });
});

describe('stored bands', () => {
  it('are shown for the code that measured them, those of the same scale first', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-bands-'));
    const band = (scale: string) => ({ value: { mean: 1, low: 0, high: 2, n: 3 }, samples: 3, seeds: 1, holds: null, scale });
    storeBand(folder, 'quick', { claim: 'a', code: 'x', band: band('quick') });
    storeBand(folder, 'full', { claim: 'a', code: 'x', band: band('full') });
    storeBand(folder, 'quick', { claim: 'b', code: 'x', band: band('quick') });
    storeBand(folder, 'quick', { claim: 'c', code: 'old', band: band('quick') });
    const { bands, outdated } = storedBands(folder, 'full', 'x');
    expect([...bands].map(([claim, { scale }]) => [claim, scale]).sort()).eql([
      ['a', 'full'],
      ['b', 'quick'],
    ]);
    expect(outdated).equal(1);
    rmSync(folder, { recursive: true });
  });
});

describe('snapsim claims', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-claims-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const snapsim = (...words: readonly string[]) => command(['claims', ...words, '--store', path.join(folder, 'store')]);

  it('draws and lists a sensitivity, of a claim that no parameter moves too', () => {
    const out = path.join(folder, 'out');
    const { status, stdout } = snapsim('--sensitivity', 'fvd-s33-naive-seeks', '--out', out);
    expect([status, stdout.includes('no open parameter matters')]).eql([0, true]);
    expect(stdout).match(/do not matter \(these runs do not use them\): .*drive\.rpm/);
    expect(JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'))).nested.property('outputs.rows\\.csv');
  });

  it('measures bands of single claims, keeps them, and prints them', () => {
    const { status, stdout } = snapsim('--bands', 'fvd-s33-naive-seeks', '--samples', '3', '--json');
    expect(status).equal(0);
    const claims = JSON.parse(stdout) as { id: string; band: unknown; bandOf: unknown }[];
    expect(claims.map(({ id }) => id)).eql(['fvd-s33-naive-seeks']);
    expect(claims[0]!.bandOf).eql({ samples: 3, seeds: 1, holds: null, scale: 'quick' });
  });

  for (const [what, words, message] of [
    ['an unknown claim', ['--sensitivity', 'fvd-fig5-reed'], /unknown claim "fvd-fig5-reed".*did you mean fvd-fig5-read/],
    ['both at once', ['--sensitivity', 'fvd-fig5-read', '--bands'], /--bands beside it/],
    ['--full where it is anyway', ['--full'], /--full: found neither/],
  ] as const) {
    it(`refuses ${what} in one line`, () => {
      const { status, stdout, stderr } = snapsim(...words);
      expect([status, stdout]).eql([2, '']);
      expect(stderr).match(message);
    });
  }
});
