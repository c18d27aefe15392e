import { expect } from 'chai';
import { figures } from '../../../experiments/figures/index.js';
import { oursSsd } from '../../../experiments/figures/ours-ssd.js';
import { testbeds } from '../../../experiments/testbeds/index.js';
import type { Row } from '../../../results/rows.js';

const ratios = (of: string): Row[] =>
  ['disk', 'ssd'].flatMap((drive) => oursSsd.study.run({ of, drive }, 1, 'quick', testbeds.get('fvd', 'test')));

describe('the headlines on an SSD', function () {
  this.timeout(200_000);

  it('lose what the arm made of them, and not what I/Os make that wait for one another', () => {
    const rows = [...ratios('iROW, Fig 9'), ...ratios('FVD, Fig 5')];
    const ratio = (headline: string, drive: string): number =>
      rows.find((row) => row['headline'] === headline && row['drive'] === drive)!['ratio'] as number;
    // A snapshot of qcow2 reads and writes tables all over the image; the start of a program is left.
    expect(ratio('snapshot', 'disk')).to.be.above(3 * ratio('snapshot', 'ssd'));
    expect(ratio('snapshot', 'ssd')).to.be.above(1);
    // A first write of QCOW2 is four I/Os in a row on any drive.
    expect(ratio('first write', 'ssd') / ratio('first write', 'disk')).to.be.within(0.8, 1.4);
    const [chart] = oursSsd.charts(rows);
    expect(chart!.points.rows).to.have.length(8);
  });

  it('judge no claim, and keep the longest runs for the full scale', () => {
    expect(figures.get('ours-ssd', 'test')).to.equal(oursSsd);
    expect(oursSsd.measures).to.deep.equal([]);
    expect(oursSsd.study.points('full').length).to.equal(oursSsd.study.points('quick').length + 2);
  });
});
