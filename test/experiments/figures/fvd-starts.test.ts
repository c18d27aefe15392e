import { expect } from 'chai';
import { take } from '../../../experiments/claims/index.js';
import type { Figure } from '../../../experiments/figures/figure.js';
import { fvdFig01 } from '../../../experiments/figures/fvd-fig01.js';
import { fvdFig12 } from '../../../experiments/figures/fvd-fig12.js';
import { fvdFig13 } from '../../../experiments/figures/fvd-fig13.js';
import { fvdFig14 } from '../../../experiments/figures/fvd-fig14.js';
import { fvdPrefetch } from '../../../experiments/figures/fvd-prefetch.js';
import { fvdTemplate } from '../../../experiments/figures/fvd-template.js';
import { withChanges, type ParameterChanges } from '../../../experiments/testbeds/changes.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { watched } from '../../../experiments/testbeds/watched.js';
import type { Row } from '../../../results/rows.js';
import { MiB, millisecond } from '../../../sim/units.js';

const rowsOf = ({ study }: Figure): Row[] => study.points('quick').flatMap((point) => study.run(point, 1, 'quick', fvd));

/** Of one seed: the value of each claim, and those of orders, shapes and identities that do not hold. */
function measured(figure: Figure) {
  const rows = figure.claimRows(rowsOf(figure));
  const all = figure.measures.map((measure) => ({ claim: measure.claim, ...take(measure, rows) }));
  const failing = all.filter(({ holds }) => (holds as readonly boolean[] | undefined)?.includes(false) === true);
  return { values: new Map(all.map(({ claim, values }) => [claim, values[0]])), failing: failing.map(({ claim }) => claim) };
}

describe('the figures of FVD that start machines', function () {
  for (const [name, figure] of Object.entries({ fvdFig01, fvdFig12, fvdFig14, fvdTemplate, fvdPrefetch })) {
    it(`${name}: orders and shapes are as the paper has them`, () => {
      const { values, failing } = measured(figure);
      expect(values.size).to.equal(figure.measures.length);
      expect(failing).to.deep.equal([]);
    });
  }

  it('Figure 13: the two inputs that were set meet the two times that they were set on, and QCOW2 takes as long the second time', () => {
    const { values } = measured(fvdFig13);
    expect(values.get('fvd-fig13-was-51.0')).to.be.within(48, 54);
    expect(values.get('fvd-fig13-was-42.1')).to.be.within(40, 44);
    const { first, second } = values.get('fvd-fig13-was-qcow2') as Record<string, number>;
    expect(second! / first!).to.be.within(0.98, 1.02);
  });

  it('have what no paper states from their test-bed, where it can be moved', () => {
    const boot = (changes: ParameterChanges): Row => {
      const { study } = fvdFig12;
      return study.run({ system: 'QCOW2', home: 'partition', server: 'cold' }, 1, 'quick', withChanges(fvd, changes))[0]!;
    };
    const usual = boot({});
    expect(Number(boot({ 'starts.server': 'warm' })['waitS'])).to.be.below(0.7 * Number(usual['waitS']));
    expect(Number(boot({ 'starts.read': 6 * MiB })['serverMB'])).to.be.below(0.9 * Number(usual['serverMB']));
    const reads = new Set<string>();
    fvdFig14.study.run(
      {},
      1,
      'quick',
      watched(fvd, (path) => void reads.add(path)),
    );
    const ofFigure = ['prefetchWindow', 'prefetchUpper', 'longestPause', 'contenderTransactions'].map((name) => `starts.${name}`);
    expect([...reads]).to.include.members([...ofFigure, 'nfs.readAhead', 'nfs.calls', 'nfs.dirtyShare']);
  });

  it('are made by a script that waits for its programs and for the disk', () => {
    const scriptS = (changes: ParameterChanges): number =>
      Number(fvdTemplate.study.run({ image: 'experiment' }, 1, 'quick', withChanges(fvd, changes))[0]!['scriptS']);
    const usual = scriptS({});
    expect(usual).to.be.within(0.2, 1.6);
    expect(scriptS({ 'command.fixedTime': fvd.command!.fixedTime.value + 10 * millisecond }) - usual).to.be.closeTo(0.05, 1e-9);
    expect(scriptS({ writeCache: true })).to.be.below(0.7 * usual);
  });

  it('draw what they ran', () => {
    const charts = fvdTemplate.charts(rowsOf(fvdTemplate));
    expect(charts.map(({ name }) => name)).to.deep.equal(['growing']);
    expect(charts[0]!.points.rows).to.have.length(4);
  });
});
