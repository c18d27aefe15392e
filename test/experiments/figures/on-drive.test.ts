import { expect } from 'chai';
import { figures } from '../../../experiments/figures/index.js';
import { testbeds } from '../../../experiments/testbeds/index.js';
import { renderSvg } from '../../../results/charts/index.js';
import type { Row } from '../../../results/rows.js';

const base = figures.get('fvd-fig05', 'test');
const moved = figures.get('fvd-fig05-on-ssd', 'test');

/** The first write of RandIO on the raw partition, or on the host itself. */
const rowsOf = (figure: typeof base): Row[] => {
  const { study } = figure;
  return study.run(study.points('quick')[0]!, 1, 'quick', testbeds.get(study.testbed, 'test'));
};

describe('a figure on another drive', () => {
  it('is that figure on its test-bed with the other drive, marked as ours, and judges no claim', () => {
    expect(moved.study.testbed).to.equal('fvd-on-ssd');
    expect(testbeds.get(moved.study.testbed, 'test').drive.name).to.equal('NVMe-TLC-1TB');
    expect(moved.study.points('quick')).to.deep.equal(base.study.points('quick'));
    expect([base.measures.length > 0, moved.measures.length]).to.deep.equal([true, 0]);
    expect(moved.locus).to.contain('ours');
    expect(figures.get('irow12-fig09-on-SATA-500GB-7200', 'test').locus).to.contain('ours');
  });

  it('shares its runs with the others that draw the same study, and with nobody else', () => {
    expect(figures.get('fvd-fig05-on-ssd', 'test')).to.equal(moved);
    expect(figures.get('once-fig09-on-ssd', 'test').study).to.equal(figures.get('once-fig10-on-ssd', 'test').study);
    expect(figures.nameOf(figures.get('once-fig10-on-ssd', 'test').study)).to.equal('once-fig09-on-ssd');
    expect(figures.nameOf(base.study)).to.equal('fvd-fig05');
    expect(figures.nameOf(moved.study)).to.equal('fvd-fig05-on-ssd');
    expect(moved.study).to.not.equal(base.study);
  });

  it('does what the other drive can do', () => {
    const [disk, ssd] = [rowsOf(base), rowsOf(moved)];
    expect(ssd.map((row) => Object.keys(row))).to.deep.equal(disk.map((row) => Object.keys(row)));
    expect(Number(ssd[0]!['throughputMBs'])).to.be.above(5 * Number(disk[0]!['throughputMBs']));
  });

  it("draws nothing of the paper's values, in layers, tooltips, points or the table beneath", async () => {
    const { study } = base;
    const rows = study.points('quick').flatMap((point) => study.run(point, 1, 'quick', testbeds.get(study.testbed, 'test')));
    for (const [figure, has] of [
      [base, true],
      [moved, false],
    ] as const) {
      const [chart] = figure.charts(rows);
      expect(chart!.points.columns.some(({ name }) => name === 'paper')).to.equal(has);
      expect(Object.keys(chart!.points.rows[0]!).includes('paper')).to.equal(has);
      expect(/paper/i.test(JSON.stringify(chart!.spec)), 'in the specification').to.equal(has);
      expect(/paper/i.test(await renderSvg(chart!.spec)), 'in the drawing').to.equal(has);
    }
  });

  it("is refused where there is no such figure or drive, and is not among the papers' figures", () => {
    expect(() => figures.get('fvd-fig99-on-ssd', 'test')).to.throw(/unknown figure "fvd-fig99"/);
    expect(() => figures.get('fvd-fig05-on-tape', 'test')).to.throw(/unknown drive "tape"/);
    expect(figures.names.some((name) => name.includes('-on-'))).to.equal(false);
  });
});
