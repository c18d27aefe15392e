import { expect } from 'chai';
import { replay } from './replay-sample.js';

describe('snapsim replay with snapshots', function () {
  this.timeout(100_000);

  it('says how many were taken, and what they took', () => {
    const { status, stdout } = replay('--formats', 'irow-paper,vhd-chain', '--snapshot-at', '10s,1s', '--json');
    expect(status).to.equal(0);
    const { systems } = JSON.parse(stdout) as { systems: { snapshots: { taken: number; meanMs: number; meanDrainMs: number } }[] };
    expect(systems.map(({ snapshots }) => snapshots.taken)).to.deep.equal([2, 2]);
    for (const { snapshots } of systems) expect(snapshots.meanMs).to.be.greaterThan(snapshots.meanDrainMs);
    expect(replay('--formats', 'irow-paper', '--snapshot-every', '1min').stdout).to.match(/^snapshots taken +\d+$/m);
  });

  it('says how many were not taken for the run was over, and warns where the systems differ', () => {
    const short = replay('--formats', 'zfs,irow-paper', '--snapshot-at', '1s,2h').stdout;
    expect(short).to.match(/^snapshots asked for +2 +2$/m);
    expect(short).to.match(/^ +not taken: the run was over +1 +1$/m);
    expect(short).to.not.contain('WARNING');
    const often = replay('--formats', 'zfs,irow-paper', '--snapshot-every', '10s').stdout;
    const [, zfs, irow] = /^snapshots taken +(\d+) +(\d+)$/m.exec(often)!;
    expect(zfs).to.not.equal(irow);
    expect(often).to.contain(`WARNING: the systems took ${zfs}, ${irow} snapshots`);
  });

  it('refuses formats that keep none, and times that are none', () => {
    for (const [words, reason] of [
      [
        ['--formats', 'raw,zfs', '--snapshot-every', '1s'],
        /--snapshot-every: found --formats raw, expected formats that keep snapshots: .*zfs/,
      ],
      [['--formats', 'zfs', '--snapshot-at', '1s,x'], /--snapshot-at: found "x", expected a time/],
      [['--formats', 'zfs', '--snapshot-every', '0s'], /--snapshot-every: found "0s", expected a time above 0/],
      [['--formats', 'zfs', '--snapshot-at', '1s', '--snapshot-every', '1s'], /expected one of the two/],
    ] as const) {
      const { status, stderr } = replay(...words);
      expect(status).to.equal(2);
      expect(stderr).to.match(reason);
    }
  });
});
