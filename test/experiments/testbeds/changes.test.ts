import { expect } from 'chai';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { testbeds } from '../../../experiments/testbeds/index.js';
import { diskFileOf } from '../../support/disks.js';

const fvd = testbeds.get('fvd', 'test');

describe('a test-bed with parameters moved', () => {
  it('has the new values, and all others as they were', () => {
    const before = fvd.queueDepth.value;
    const moved = withChanges(fvd, { 'guest.exitTime': 4000, queueDepth: 8 });
    expect(moved.guest.exitTime.value).equal(4000);
    expect(moved.queueDepth.value).equal(8);
    expect({ ...moved, guest: null, queueDepth: null }).eql({ ...fvd, guest: null, queueDepth: null });
    expect(fvd.queueDepth.value).equal(before).and.not.equal(8);
  });

  it('computes the drive anew', () => {
    const moved = withChanges(fvd, { 'drive.rpm': 7200 });
    expect(diskFileOf(moved).numbers.rpm.value).equal(7200);
    expect(moved.drive.parameters).not.eql(fvd.drive.parameters);
    expect(diskFileOf(moved).numbers.heads).equal(diskFileOf(fvd).numbers.heads);
  });

  it('refuses what is no parameter, and a value of another type', () => {
    expect(() => withChanges(fvd, { 'guest.exits': 1 })).throw(/no parameter "guest\.exits"/);
    expect(() => withChanges(fvd, { queueDepth: true })).throw(/"queueDepth"/);
  });
});
