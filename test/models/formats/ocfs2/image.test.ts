import { expect } from 'chai';
import { ocfs2 } from '../../../../models/formats/ocfs2/ocfs2.js';
import { Op, type ImageFormat } from '../../../../models/io/image-format.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { defaults } from '../../../../sim/options.js';
import { KiB, MiB } from '../../../../sim/units.js';
import { stepsOf } from '../plans.js';

const cluster = 64 * KiB;
/** Inode and bitmap, then the journal, of which CREATE has used three blocks. */
const journal = 8192;
const firstCluster = journal + 64 * KiB;

function makeDisk(journalBytes = 64 * KiB): ImageFormat {
  const context = { diskBytes: 16 * MiB, cache: 'none' as const, slots: 4, backing: null };
  const format = ocfs2.make(context, { ...defaults(ocfs2.options), cluster, journal: journalBytes });
  carryOut(format, Op.CREATE);
  carryOut(format, Op.OPEN);
  return format;
}

describe('a disk in a file of OCFS2', () => {
  it('writes a new cluster whole, then a transaction and its commit block', () => {
    expect(stepsOf(makeDisk(), Op.WRITE, 4096, 2048)).to.deep.equal([
      [`W 0 ${firstCluster}+${cluster}`],
      [`W 0 ${journal + 12288}+12288`, `W 0 ${journal + 24576}+4096`],
      [],
    ]);
  });

  it('writes a cluster of its own in place, without metadata', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, cluster);
    expect(stepsOf(disk, Op.WRITE, 4096, 2048)).to.deep.equal([[`W 0 ${firstCluster + 4096}+2048`]]);
  });

  it('copies a shared cluster at its first write only', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, cluster);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'a');
    const [copy, data] = stepsOf(disk, Op.WRITE, 4096, 2048);
    expect(copy).to.deep.equal([`R 0 ${firstCluster}+${cluster}`]);
    expect(data![0]).to.match(new RegExp(`^W 0 \\d+\\+${cluster}$`));
    expect(stepsOf(disk, Op.WRITE, 8192, 2048)).to.have.length(1);
  });

  it('does not read a shared cluster that is written whole', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, cluster);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'a');
    expect(
      stepsOf(disk, Op.WRITE, 0, cluster)
        .flat()
        .filter((entry) => entry.startsWith('R')),
    ).to.deep.equal([]);
  });

  it('reads the same with one snapshot and with eight', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, 8 * cluster);
    for (let i = 0; i < 8; i++) {
      carryOut(disk, Op.SNAPSHOT, 0, 0, `s${i}`);
      carryOut(disk, Op.WRITE, i * cluster, 2048);
      expect(stepsOf(disk, Op.READ, 0, 2048), `${i + 1} snapshots`).to.have.length(1);
    }
  });

  it('copies no data for a snapshot, but counts a reference more of every cluster', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, 8 * cluster);
    const steps = stepsOf(disk, Op.SNAPSHOT, 0, 0, 'a').flat();
    // Descriptor with inode, bitmap, one extent block and one block of counts; commit block; after a checkpoint of four.
    expect(steps.at(-2)).to.match(/\+20480!$/);
    expect(steps.filter((entry) => entry.includes(`+${cluster}`))).to.deep.equal([]);
  });

  it('writes changed blocks where they belong when the journal is full', () => {
    const disk = makeDisk();
    const steps = [0, 1, 2, 3].map((i) => stepsOf(disk, Op.WRITE, i * cluster, 512));
    expect(steps.map((each) => each.length)).to.deep.equal([3, 3, 4, 3]);
    expect(steps[2]![1]!.every((entry) => entry.endsWith('+4096'))).to.equal(true);
    expect(steps[2]![2]![0], 'the journal begins anew').to.match(new RegExp(`^W 0 ${journal}\\+`));
  });

  it('has everything free again that only a deleted snapshot had', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, 8 * cluster);
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(disk, Op.DELETE, 0, 0, 'a');
    const before = disk.allocatedBytes();
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'b');
    carryOut(disk, Op.WRITE, 0, 4 * cluster);
    expect(disk.allocatedBytes()).to.equal(before + 4 * cluster + 4096);
    carryOut(disk, Op.DELETE, 0, 0, 'b');
    expect(disk.allocatedBytes()).to.equal(before);
  });
});
