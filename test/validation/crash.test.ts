import { expect } from 'chai';
import { crashCases, validateCrash, type CrashValidation } from '../../experiments/validate/crash.js';
import { checkCrash } from '../../experiments/validate/crash/check.js';
import { expectedOf, expectedRows } from '../../experiments/validate/crash/expected/index.js';
import { violationClasses } from '../../experiments/validate/crash/promises.js';

const nameOf = ({ format, operation, cache, driveCache }: CrashValidation): string =>
  `${format}, ${operation}, cache ${cache}, drive cache ${driveCache}`;

describe('validation of crashes', function () {
  this.timeout(120_000);
  let cases: CrashValidation[] = [];
  let unmodelled: string[] = [];
  before(() => ({ cases, unmodelled } = validateCrash()));

  it('finds what is known to be lost, no more and no less', () => {
    expect(cases.filter(({ isExpected }) => !isExpected).map(nameOf)).to.deep.equal([]);
  });

  it('has a use for every row of what is known', () => {
    const reasons = new Set(crashCases().map((given) => expectedOf(given).reason));
    expect(expectedRows.filter(({ reason }) => !reasons.has(reason)).map(({ reason }) => reason)).to.deep.equal([]);
  });

  it('loses nothing where data are durable when done: raw, iROW as its papers say, and FVD as its paper proves', () => {
    const safe = cases.filter(
      ({ format, driveCache }) =>
        format === 'raw' || format === 'irow-paper' || (['fvd-paper', 'fvd-2011'].includes(format) && driveCache === 'off'),
    );
    const lossy = safe.filter(({ cache, violations }) => cache !== 'writeback' && Object.keys(violations).length > 0);
    expect(lossy.map(nameOf)).to.deep.equal([]);
    expect(safe.length).to.be.greaterThan(10);
  });

  it('finds the losses that are talked about', () => {
    const violationsOf = (format: string, operation: string) =>
      cases.find(
        (given) => given.format === format && given.operation === operation && given.cache === 'none' && given.driveCache === 'off',
      )!.violations;
    expect(violationsOf('cow', 'write')['acknowledged write lost']).to.be.greaterThan(0);
    expect(violationsOf('irow-2012', 'apply')['acknowledged write lost']).to.be.greaterThan(0);
    expect(violationsOf('qcow2-0.12', 'apply')['dangling reference']).to.be.greaterThan(0);
  });

  it('tries what FVD does in the background, and what QEMU 7.2 keeps in its caches', () => {
    const operationsOf = (name: string) => new Set(cases.filter(({ format }) => format === name).map(({ operation }) => operation));
    for (const name of ['fvd-paper', 'fvd-2011']) expect([...operationsOf(name)]).to.include.members(['copy-on-read', 'prefetch']);
    const cached = cases.filter(({ format }) => format.startsWith('qcow2-7.2'));
    const forgetful = cached.filter(({ violations }) => 'acknowledged write lost' in violations);
    expect(new Set(forgetful.map(({ cache, driveCache }) => `${cache}, ${driveCache}`))).to.deep.equal(new Set(['none, off']));
    expect(cached.filter(({ violations }) => 'stale or foreign data' in violations).map(nameOf)).to.deep.equal([]);
  });

  it('loses nothing of ZFS with an intent log, and without one only what was written since the last uberblock', () => {
    const classesOf = (name: string): Set<string> =>
      new Set(cases.filter(({ format }) => format === name).flatMap(({ violations }) => Object.keys(violations)));
    expect([...classesOf('zfs')]).to.deep.equal([]);
    expect([...classesOf('zfs without intent log')]).to.deep.equal(['acknowledged write lost']);
  });

  it('tells what drivers order from what they leave to the cache of the drive', () => {
    const lossesOf = (name: string, drive: string): number =>
      cases.filter(({ format, cache, driveCache, violations }) => {
        return format === name && cache === 'none' && driveCache === drive && Object.keys(violations).length > 0;
      }).length;
    expect(lossesOf('vpc-7.2', 'on'), 'each piece of metadata is flushed').to.equal(0);
    expect(lossesOf('vpc-0.12', 'on'), 'a driver without a flush').to.equal(3);
    for (const name of ['vhd-chain', 'ocfs2']) expect(lossesOf(name, 'on'), name).to.be.greaterThan(lossesOf(name, 'off'));
  });

  it('tries the same points each time, and more where more is not durable', () => {
    const given = { format: 'fvd-paper', operation: 'write', cache: 'none' } as const;
    const [off, on] = (['off', 'on'] as const).map((driveCache) => checkCrash({ ...given, driveCache }));
    expect(checkCrash({ ...given, driveCache: 'on' })).to.deep.equal(on);
    expect(on!.points).to.be.greaterThan(off!.points);
  });

  it('names the formats that it cannot judge', () => {
    const judged = new Set(cases.map(({ format }) => format));
    expect(unmodelled.filter((name) => judged.has(name))).to.deep.equal([]);
    expect(violationClasses).to.have.length(5);
  });
});
