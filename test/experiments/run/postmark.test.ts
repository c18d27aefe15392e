import { expect } from 'chai';
import { systems, type System } from '../../../experiments/figures/fvd-postmark.js';
import { networkBesideDisk } from '../../../experiments/run/network-beside-disk.js';
import { PostmarkMachine, type PostmarkRequest } from '../../../experiments/run/postmark-machine.js';
import { runPostmark, type PostmarkResult } from '../../../experiments/run/postmark-run.js';
import { formattedParts, ZeroMap } from '../../../experiments/run/postmark-template.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { ext3 } from '../../../models/filesystems/ext3/ext3.js';
import { defaults } from '../../../sim/options.js';
import { RandomStream } from '../../../sim/random.js';
import { KiB, MiB } from '../../../sim/units.js';

const layout = { rootBytes: 64 * MiB, partitionBytes: 640 * MiB, templateBytes: 32 * MiB };
const load = { sizeLow: 10 * KiB, sizeHigh: 50 * KiB, files: 12_000, transactions: 500 };
/** A guest whose memory is small against its files. */
const testbed = withChanges(fvd, { 'guest.cache': 64 * MiB });

const request = (system: System, changes: Partial<PostmarkRequest> = {}): PostmarkRequest => ({
  testbed,
  system: systems[system],
  home: 'partition',
  device: 'virtio',
  processors: 1,
  layout,
  isWarm: false,
  seed: 1,
  ...changes,
});
const run = (system: System, changes: Partial<PostmarkRequest> = {}): PostmarkResult =>
  runPostmark(new PostmarkMachine(request(system, changes)), load);

describe('PostMark on a machine', () => {
  const raw = run('RAW');
  const fvdMin = run('FVD');
  const qcow2 = run('QCOW2');

  it('writes the pool of files', () => {
    const files = raw.create.rate * raw.create.timeS;
    expect(files).to.be.closeTo(load.files, 1e-6);
    const meanFile = (raw.create.throughputMBs * raw.create.timeS * 1e6) / files;
    expect(meanFile).to.be.within(29.5 * KiB, 30.5 * KiB);
    expect(raw.transactions!.rate * raw.transactions!.timeS).to.be.closeTo(load.transactions, 1e-6);
  });

  it('is no slower on FVD whose template ends before the partition than on RAW, and needs no metadata', () => {
    expect(fvdMin.create.rate / raw.create.rate).to.be.within(0.97, 1.03);
    expect(fvdMin.create.metadataIos).to.equal(0);
  });

  it('is slowed down by the tables and copies of QCOW2, which hold the lock', () => {
    expect(fvdMin.create.rate / qcow2.create.rate).to.be.above(1.5);
    expect(qcow2.create.metadataIos).to.be.above(1000);
    expect(qcow2.create.lockHeldShare).to.be.above(0.5);
    expect(fvdMin.create.lockHeldShare).to.equal(0);
  });

  it('moves the arm farther on QCOW2, where what formatting wrote lies at the beginning', () => {
    expect(qcow2.create.places.meanDistance).to.be.above(5 * fvdMin.create.places.meanDistance);
  });

  it('updates the bitmap of naive FVD for each block, and of zero-aware FVD for what formatting wrote only', () => {
    const naive = run('FVD naive').create.metadataIos;
    const zeroAware = run('FVD zero-aware').create.metadataIos;
    expect(zeroAware).to.be.within(1, 40);
    expect(naive).to.be.above(3 * zeroAware);
  });

  it('has nothing left to allocate on a QCOW2 image that was written once', () => {
    const warm = run('QCOW2', { isWarm: true });
    expect(warm.create.metadataIos).to.be.below(qcow2.create.metadataIos / 100);
    expect(warm.create.rate).to.be.above(1.5 * qcow2.create.rate);
  });

  it("is slower in files on the host's ext3, with its journal and one write at a time", () => {
    const onFiles = run('RAW', { home: 'ext3' });
    expect(raw.create.rate / onFiles.create.rate).to.be.above(1.1);
    expect(run('FVD', { home: 'ext3' }).create.rate).to.be.at.most(onFiles.create.rate);
  });

  it('gains from commands in the drive with virtio, and not with IDE, which has one', () => {
    const rate = (queueDepth: number, device: string): number =>
      run('RAW', { device, testbed: withChanges(testbed, { queueDepth }) }).create.rate;
    expect(rate(8, 'virtio') / rate(1, 'virtio')).to.be.above(1.1);
    expect(rate(8, 'ide') / rate(1, 'ide')).to.be.within(0.95, 1.05);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(run('FVD')).to.deep.equal(fvdMin);
    expect(run('FVD', { seed: 2 }).fingerprint).to.not.equal(fvdMin.fingerprint);
  });
});

describe('the network beside PostMark', () => {
  const beside = (system: System): ReturnType<typeof networkBesideDisk> => networkBesideDisk(request(system, { processors: 2 }), load);

  it('stands still while the lock is held: for QCOW2 and not for FVD', () => {
    const [onFvd, onQcow2] = [beside('FVD'), beside('QCOW2')];
    expect(onFvd.blockedShare).to.be.within(0, 0.02);
    expect(onQcow2.blockedShare).to.be.within(onQcow2.lockHeldShare - 0.01, onQcow2.lockHeldShare + 0.02);
    expect(onQcow2.networkMBs).to.be.below(onFvd.networkMBs / 2);
  });
});

describe('a template whose partition is formatted', () => {
  const guest = ext3.make(defaults(ext3.options), layout.partitionBytes, new RandomStream(1, 'test'));
  const start = layout.rootBytes;
  const parts = formattedParts(guest, start);
  const zeros = new ZeroMap(start + layout.partitionBytes, layout.templateBytes, parts);

  it('is zeros in its tables and its journal, but for the first block of the journal', () => {
    const tables = parts.filter(({ isZeros }) => isZeros);
    expect(tables.reduce((sum, { bytes }) => sum + bytes, 0)).to.be.within(20 * MiB, 60 * MiB);
    expect(parts.reduce((sum, { bytes, isZeros }) => sum + (isZeros ? 0 : bytes), 0)).to.be.below(8 * MiB);
  });

  it('is zeros where nothing was written, and not where the system and what formatting wrote are', () => {
    expect(zeros.isZero(0, 4 * KiB)).to.equal(false);
    expect(zeros.isZero(layout.templateBytes, 64 * KiB)).to.equal(true);
    expect(zeros.isZero(start, 64 * KiB), 'the superblock').to.equal(false);
    expect(zeros.isZero(start + 30 * MiB, 64 * KiB)).to.equal(true);
  });
});
