import { expect } from 'chai';
import { irowChain } from '../../../experiments/figures/irow-chain.js';
import { irowCounts } from '../../../experiments/figures/irow-counts.js';
import { irowIo, throughput, type System as IoSystem } from '../../../experiments/figures/irow-io.js';
import { irowOperations, type System } from '../../../experiments/figures/irow-operations.js';
import { HostedImage } from '../../../experiments/run/irow-image.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { consnap } from '../../../experiments/testbeds/consnap.js';
import type { TestBed } from '../../../experiments/testbeds/testbed.js';
import { Op } from '../../../models/io/image-format.js';
import type { Row } from '../../../results/rows.js';
import { KiB, MiB, second } from '../../../sim/units.js';
import { defaults } from '../../../sim/options.js';
import { sequential } from '../../../traces/synthetic/sequential.js';

const operate = (system: System, sizeGB: number, clusterKB: number, testbed: TestBed = consnap): number[] =>
  irowOperations.run({ sweep: 'size', sizeGB, clusterKB, system }, 1, 'quick', testbed).map((row) => row['timeS'] as number);

const io = (system: IoSystem, clusterKB: number, blockKB: number, imageMB: number, testbed: TestBed = consnap): Row[] =>
  irowIo.run({ system, clusterKB, blockKB, imageMB }, 1, 'quick', testbed);

const rate = (rows: readonly Row[], phase: string, snapshot: boolean): number =>
  rows.find((row) => row['phase'] === phase && row['snapshot'] === snapshot)!['throughputMBs'] as number;

describe('the benchmark of iROW', () => {
  it('weighs writes and reads together as the test-bed assumes where one number stands for both', () => {
    const weights = (writeShare: number): unknown[] =>
      io('raw', 64, 1024, 16, withChanges(consnap, { 'benchmark.writeShare': writeShare })).map((row) => [row['phase'], row['weight']]);
    expect(weights(0.25)).to.deep.equal([
      ['first write', null],
      ['write', 0.25],
      ['read', 0.75],
    ]);
  });
});

describe('snapshot operations of iROW and qcow2', () => {
  const fixed = consnap.command!.fixedTime.value / second;

  it('takes qcow2 longer with every table, and iROW about as long whatever the disk', () => {
    const [small, large] = [operate('qcow2', 1, 64), operate('qcow2', 8, 64)];
    for (const i of [0, 1, 2]) expect(large[i]! - fixed).to.be.above(2 * (small[i]! - fixed));
    const [irowSmall, irowLarge] = [operate('iROW', 1, 64), operate('iROW', 8, 64)];
    for (const i of [0, 1, 2]) expect(irowLarge[i]! - irowSmall[i]!).to.be.below(0.05);
  });

  it('takes qcow2 longer with smaller clusters', () => {
    expect(operate('qcow2', 1, 4)[0]).to.be.above(10 * operate('qcow2', 1, 64)[0]!);
  });

  it('takes longer on a slower spindle, and where the drive writes everything at once', () => {
    const [usual] = operate('qcow2', 8, 64);
    expect(operate('qcow2', 8, 64, withChanges(consnap, { 'drive.rpm': 3600 }))[0]).to.be.above(usual!);
    expect(operate('qcow2', 8, 64, withChanges(consnap, { writeCache: false }))[0]).to.be.above(usual!);
  });

  it('is the same for the same seed', () => {
    expect(operate('iROW', 1, 64)).to.deep.equal(operate('iROW', 1, 64));
  });
});

describe('the I/O benchmark of iROW and qcow2', () => {
  it('loses with qcow2 on first writes, and far more just after a snapshot; with iROW little and no more', () => {
    const raw = io('raw', 64, 1024, 128);
    const qcow2 = io('qcow2', 8, 1024, 128);
    const irow = io('iROW', 8, 1024, 128);
    const loss = (rows: readonly Row[], snapshot: boolean): number =>
      1 - rate(rows, 'first write', snapshot) / rate(raw, 'first write', false);
    expect(loss(qcow2, false)).to.be.above(loss(irow, false));
    expect(loss(qcow2, true)).to.be.above(0.5);
    expect(loss(irow, true)).to.be.within(-0.05, 0.2);
    expect(throughput(raw, { system: 'raw', phase: 'read', blockKB: 1024 })).to.have.length(5);
  });

  it('serves small reads of iROW from the cluster in memory', () => {
    const [raw, irow] = [io('raw', 64, 4, 16), io('iROW', 64, 4, 16)];
    expect(rate(irow, 'read', false)).to.be.above(3 * rate(raw, 'read', false));
  });

  it('is slower by far without the write cache of the drive', () => {
    const without = withChanges(consnap, { writeCache: false });
    expect(rate(io('qcow2', 64, 1024, 64, without), 'first write', false)).to.be.below(
      0.5 * rate(io('qcow2', 64, 1024, 64), 'first write', false),
    );
  });
});

describe('an image on the host with programs of the host', () => {
  it('finds in memory the map of blocks that a fill without time left, and not its data', () => {
    const image = new HostedImage({ testbed: consnap, format: 'qcow2-0.12', options: {}, diskBytes: 256 * MiB, seed: 1 });
    image.fill(0, 256 * MiB);
    const misses = image.device.requests;
    image.command(Op.SNAPSHOT, 'a');
    const first = image.device.requests - misses;
    image.rest();
    const before = image.device.requests;
    image.command(Op.APPLY, 'a');
    // The second command finds the tables that the first one read.
    expect(image.device.requests - before).to.be.below(2 * first);
    expect(first).to.be.within(10, 60);
    image.storage.mounted.checkConservation();
  });

  it('does to a disk without time what it does in time', () => {
    const of = (isTimed: boolean): number => {
      const image = new HostedImage({
        testbed: consnap,
        format: 'irow-paper',
        options: { cluster: 64 * KiB },
        diskBytes: 32 * MiB,
        seed: 1,
      });
      if (isTimed) image.run(sequential.open({ ...defaults(sequential.options), size: 32 * MiB }, 1));
      else image.fill(0, 32 * MiB);
      image.rest();
      return image.storage.usedBytes();
    };
    expect(of(true)).to.equal(of(false));
  });
});

describe('iROW in long use', () => {
  it('reads in order more slowly with every snapshot, unless what is read is gathered', () => {
    const of = (system: string, snapshots: number): Row => irowChain.study.run({ system, snapshots }, 1, 'quick', consnap)[0]!;
    const [none, some, gathered] = [of('iROW', 0), of('iROW', 4), of('iROW-COD', 4)];
    expect(some['againMBs']).to.be.below(0.5 * (none['againMBs'] as number));
    expect(gathered['againMBs']).to.be.above(some['againMBs'] as number);
    expect(gathered['againIos']).to.equal(1);
  });

  it('copies nothing for whole clusters, and takes what was written', () => {
    const rows = irowCounts.study.points('quick').flatMap((point) => irowCounts.study.run(point, 1, 'quick', consnap));
    for (const measure of irowCounts.measures) {
      const value = measure.value(rows);
      if (measure.holds === undefined) expect(value, measure.claim).to.equal(0);
      else expect(measure.holds(value), measure.claim).to.equal(true);
    }
  });
});
