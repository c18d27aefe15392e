import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fitFaults, readFaultMeasurements } from '../../../experiments/calibrate/fit-faults.js';
import { InputError } from '../../../sim/errors.js';
import { RandomStream } from '../../../sim/random.js';

describe('the cost of a page fault, fitted to measurements', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'snapsim-faults-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const read = (text: string) => {
    const file = path.join(folder, 'faults.csv');
    writeFileSync(file, text);
    return readFaultMeasurements(file);
  };

  it('is the slope, with an interval that holds the truth', () => {
    const stream = new RandomStream(4, 'faults');
    const rows = Array.from({ length: 20 }, (_, i) => {
      const pages = 10_000 * (1 + (i % 5));
      return `${pages},${(0.004 + pages * 2.1e-6 + (stream.uniform() - 0.5) * 0.002).toFixed(7)}`;
    });
    const { perPage, fixed, r2 } = fitFaults(read(`pages,seconds\n${rows.join('\n')}\n`), 'faults.csv');
    expect(2100).within(perPage.low, perPage.high);
    expect(perPage.high - perPage.low).below(100);
    expect(4e6).within(fixed.low, fixed.high);
    expect(r2).above(0.99);
  });

  it('has the interval of the slope that the textbook has', () => {
    // SciPy 1.10.1: r = stats.linregress([1, 2, 3, 4], [1.1, 1.9, 3.2, 3.8]); r.slope -+ stats.t.ppf(0.975, 2) * r.stderr
    const { perPage } = fitFaults(
      [1.1, 1.9, 3.2, 3.8].map((seconds, i) => ({ pages: i + 1, seconds })),
      'x',
    );
    expect(perPage.mean / 1e9).closeTo(0.94, 1e-9);
    expect(perPage.low / 1e9).closeTo(0.5503782241499477, 1e-9);
    expect(perPage.high / 1e9).closeTo(1.329621775850052, 1e-9);
  });

  it('is refused where it is not determined', () => {
    expect(() => fitFaults(read('pages,seconds\n1,1\n2,2\n'), 'f')).to.throw(InputError, '2 measurements');
    expect(() => fitFaults(read('pages,seconds\n5,1\n5,2\n5,3\n'), 'f')).to.throw(InputError, '5 pages only');
    expect(() => fitFaults(read('pages,seconds\n1,3\n2,1\n3,2\n'), 'f')).to.throw(InputError, 'tell it from 0');
    expect(() => read('pages,seconds\n1,1\n2,many\n')).to.throw(InputError, 'faults.csv:3');
    expect(() => read('page,seconds\n1,1\n')).to.throw(InputError, 'as pages');
  });
});
