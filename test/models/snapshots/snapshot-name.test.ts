import { expect } from 'chai';
import { compareTimes, snapshotName } from '../../../models/snapshots/snapshot-name.js';

describe('snapshot names', () => {
  it('say the second in which a snapshot was taken', () => {
    const nameOf = (date: string): string => snapshotName({ seconds: Date.parse(date) / 1000, ordinal: 0 });
    expect(nameOf('2014-02-19T02:52:44Z')).to.equal('20140219T02:52:44');
    expect(nameOf('2000-02-29T23:59:59Z')).to.equal('20000229T23:59:59');
    expect(nameOf('2000-03-01T00:00:00Z')).to.equal('20000301T00:00:00');
    expect(nameOf('1999-12-31T23:59:59Z')).to.equal('19991231T23:59:59');
  });

  it('tell those of one second apart, in their order', () => {
    const [first, second] = [0, 1].map((ordinal) => ({ seconds: 0, ordinal }));
    expect(snapshotName(second!)).to.equal('19700101T00:00:00.1');
    expect(compareTimes(first!, second!)).to.be.lessThan(0);
    expect(compareTimes(second!, { seconds: 1, ordinal: 0 })).to.be.lessThan(0);
  });
});
