import { expect } from 'chai';
import { onceFig09 } from '../../../experiments/figures/once-fig09.js';
import { onceFig10 } from '../../../experiments/figures/once-fig10.js';
import { onceFig11 } from '../../../experiments/figures/once-fig11.js';
import { depths, onceIometer, systems, type System } from '../../../experiments/figures/once-iometer.js';
import { seriesOf } from '../../../experiments/figures/once-iometer-charts.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { oncecloud } from '../../../experiments/testbeds/oncecloud.js';
import type { TestBed } from '../../../experiments/testbeds/testbed.js';
import type { Row } from '../../../results/rows.js';
import { GiB } from '../../../sim/units.js';

const run = (system: System, testbed: TestBed = oncecloud, writes = 2000): Row[] =>
  onceIometer.run({ system, writes }, 1, 'quick', testbed);

describe('Iometer on a disk with snapshots over NFS', () => {
  const rows = (Object.keys(systems) as System[]).flatMap((system) => run(system));

  it('looks down a chain whose bitmaps come over the network, more of them with each snapshot', () => {
    const bitmaps = seriesOf(rows, 'vhd-chain', 'bitmapReads');
    expect(bitmaps[0]).to.be.below(0.01);
    for (let k = 1; k < depths.length; k++) expect(bitmaps[k]).to.be.above(bitmaps[k - 1]!);
    const reads = seriesOf(rows, 'vhd-chain', 'readMs');
    const perBitmap = (reads[8]! - reads[1]!) / (bitmaps[8]! - bitmaps[1]!) / 0.67;
    // A call to the server's memory and back, by 67 reads of 100 requests.
    expect(perBitmap).to.be.within(0.15, 1);
  });

  it('makes writes after a snapshot pay for the tables of a chain', () => {
    const writes = seriesOf(rows, 'vhd-chain', 'writeMs');
    expect(writes[1]! / writes[0]!).to.be.above(2);
  });

  it('does not slow down reads of ZFS and OCFS2 by a level a snapshot', () => {
    for (const system of ['zfs', 'ocfs2'] as const) {
      const reads = seriesOf(rows, system, 'readMs');
      expect(reads[8]! / reads[1]!, system).to.be.within(0.9, 1.2);
    }
    expect(seriesOf(rows, 'zfs', 'iops')[8]! / seriesOf(rows, 'zfs', 'iops')[0]!).to.be.above(0.85);
  });

  it('is answered from the memory of a server that holds the file', () => {
    const [first] = run('vhd-chain', withChanges(oncecloud, { 'nfs.cache': 4 * GiB }));
    expect(first!['readMs']).to.be.below(1);
    expect(rows.find((row) => row['system'] === 'vhd-chain')!['readMs']).to.be.above(2);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(run('zfs', oncecloud, 300)).to.deep.equal(run('zfs', oncecloud, 300));
    const other = onceIometer.run({ system: 'zfs', writes: 300 }, 2, 'quick', oncecloud);
    expect(other[8]!['fingerprint']).to.not.equal(run('zfs', oncecloud, 300)[8]!['fingerprint']);
  });

  it('is drawn and measured by three figures', () => {
    const asMain = rows.map((row): Row => ({ ...row, writes: 20_000 }));
    for (const figure of [onceFig09, onceFig10, onceFig11]) {
      expect(figure.study).to.equal(onceIometer);
      const [chart] = figure.charts(asMain);
      expect(chart!.points.rows).to.have.length(27);
      for (const measure of figure.measures) expect(measure.value(figure.claimRows(asMain)), measure.claim).to.not.equal(undefined);
    }
  });

  it('obeys the identities of a closed loop', () => {
    for (const row of rows) {
      expect((row['responseMs'] as number) * (row['iops'] as number)).to.be.closeTo(1000, 1);
      expect(row['driveBusy']).to.be.within(0.1, 1);
    }
  });
});
