import { expect } from 'chai';
import { groupRows, summarize } from '../../results/summary.js';

const rows = [
  { format: 'raw', op: 'read', seed: 1, mbps: 8 },
  { format: 'qcow2', op: 'read', seed: 1, mbps: 4 },
  { format: 'raw', op: 'read', seed: 2, mbps: 10 },
];

describe('summaries', () => {
  it('group rows by key in the order of their first row', () => {
    expect(groupRows(rows, ['format', 'op']).map(({ key, rows: group }) => [key['format'], group.length])).deep.equals([
      ['raw', 2],
      ['qcow2', 1],
    ]);
  });

  it('give the mean over seeds with its interval', () => {
    const [raw, qcow2] = summarize(rows, ['format'], 'mbps');
    expect(raw!.interval.mean).equals(9);
    expect(raw!.interval.high).closeTo(9 + (12.7062047 * Math.SQRT2) / Math.SQRT2, 1e-6);
    expect(qcow2!.interval).deep.equals({ mean: 4, low: 4, high: 4, n: 1 });
  });

  it('refuse a key or a number that is not there', () => {
    expect(() => groupRows(rows, ['device'])).to.throw(RangeError, 'device');
    expect(() => summarize(rows, ['format'], 'op')).to.throw(RangeError, '"op" holds "read"');
  });
});
