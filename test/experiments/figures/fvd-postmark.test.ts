import { expect } from 'chai';
import { fvdFig06 } from '../../../experiments/figures/fvd-fig06.js';
import { fvdFig07 } from '../../../experiments/figures/fvd-fig07.js';
import { fvdFig08 } from '../../../experiments/figures/fvd-fig08.js';
import { fvdFig09 } from '../../../experiments/figures/fvd-fig09.js';
import { fvdFig10 } from '../../../experiments/figures/fvd-fig10.js';
import { fvdFig11 } from '../../../experiments/figures/fvd-fig11.js';
import { postmarkStudy, ratio, rowFor } from '../../../experiments/figures/fvd-postmark.js';
import type { Figure, Point, Study } from '../../../experiments/figures/figure.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { toVega } from '../../../results/charts/index.js';
import { toCsv, type Row } from '../../../results/rows.js';
import { numberIn } from '../../../results/summary.js';

/** Rows of all points, of which only `runs` are run: the others get the rows of the first of these under their own names. */
function rowsOf(study: Study, runs: readonly Point[]): Row[] {
  const known = runs.map((point) => ({ point, rows: study.run(point, 1, 'quick', fvd) }));
  const same = (a: Point, b: Point): boolean => Object.entries(a).every(([key, value]) => b[key] === value);
  return study.points('quick').flatMap((point) => {
    const { rows } = known.find((run) => same(run.point, point)) ?? known[0]!;
    return rows.map((row): Row => ({ ...row, ...point }));
  });
}

function expectDrawn(figure: Figure, rows: readonly Row[]): void {
  expect(() => toCsv(figure.study.columns, rows)).not.to.throw();
  for (const { spec, points, caption } of figure.charts(rows)) {
    toVega(spec);
    expect(points.rows).to.not.be.empty;
    expect(caption).to.match(/\.$/);
  }
  for (const measure of figure.measures) {
    const value = measure.value(figure.claimRows(rows));
    expect(JSON.stringify(value), measure.claim).to.not.match(/null|undefined/);
  }
}

describe('the figures of PostMark', () => {
  const onPartition = { home: 'partition', device: 'virtio' };
  const rows = rowsOf(postmarkStudy, [
    { system: 'FVD', ...onPartition },
    { system: 'QCOW2', ...onPartition },
  ]);

  it('share one study', () => {
    for (const figure of [fvdFig06, fvdFig07, fvdFig11]) {
      expect(figure.study).to.equal(postmarkStudy);
      expectDrawn(figure, rows);
    }
  });

  it('compare what they say: a ratio is that of the two rows', () => {
    const [first, second] = (['FVD', 'QCOW2'] as const).map((system) => numberIn(rowFor(rows, { system }), 'ratePerS'));
    expect(ratio({ system: 'FVD' }, { system: 'QCOW2' })(rows)).to.equal(first! / second!);
    expect(first! / second!).to.be.above(1.5);
  });

  it('see the network, the small partition and the growth in studies of their own', () => {
    expectDrawn(fvdFig08, rowsOf(fvdFig08.study, [{ bar: 'RAW' }]));
    expectDrawn(fvdFig09, rowsOf(fvdFig09.study, [{ variant: 'QCOW2-warm' }]));
    expectDrawn(fvdFig10, rowsOf(fvdFig10.study, [{ system: 'FVD' }]));
  });
});
