import { expect } from 'chai';
import { zfs } from '../../../../models/formats/zfs/zfs.js';
import { Op, type ImageFormat } from '../../../../models/io/image-format.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { defaults } from '../../../../sim/options.js';
import { KiB, MiB } from '../../../../sim/units.js';
import { stepsOf } from '../plans.js';

const record = 128 * KiB;
/** Labels, boot block and log stand before; a new disk's only indirect block is the first that is allocated. */
const firstRecord = 5 * MiB + 16 * KiB;

function makeDisk(given: Partial<Record<'group' | 'indirect' | 'record', number>> = {}, bytes = 64 * MiB): ImageFormat {
  const context = { diskBytes: bytes, cache: 'none' as const, slots: 4, backing: null };
  const format = zfs.make(context, { ...defaults(zfs.options), ...given });
  carryOut(format, Op.CREATE);
  carryOut(format, Op.OPEN);
  return format;
}

const reads = (disk: ImageFormat, offset: number, bytes: number): number => stepsOf(disk, Op.READ, offset, bytes).flat().length;

describe('a disk in a file of ZFS', () => {
  it('writes a whole record at a new place, then the log, and reads nothing of a hole', () => {
    const disk = makeDisk();
    carryOut(disk, Op.READ, 0, 512);
    expect(stepsOf(disk, Op.WRITE, 4096, 2048)).to.deep.equal([[`W 0 ${firstRecord}+${record}`], [`W 0 ${4 * MiB}+4096`], []]);
  });

  it('reads the record of which a part stays, and writes it elsewhere', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, record);
    const [copy, data] = stepsOf(disk, Op.WRITE, 4096, 2048);
    expect(copy).to.deep.equal([`R 0 ${firstRecord}+${record}`]);
    expect(data).to.deep.equal([`W 0 ${firstRecord + record}+${record}`]);
  });

  it('reads each indirect block once a session', () => {
    const disk = makeDisk({ indirect: 512 }, 16 * record);
    carryOut(disk, Op.WRITE, 0, record);
    carryOut(disk, Op.CLOSE);
    carryOut(disk, Op.OPEN);
    expect(stepsOf(disk, Op.READ, 0, 512)).to.have.length(4);
    expect(stepsOf(disk, Op.READ, 0, 512), 'again').to.have.length(2);
  });

  it('puts a full group on disk: both indirect blocks, then a flush, uberblocks, a flush', () => {
    const disk = makeDisk({ group: 2 * record });
    carryOut(disk, Op.WRITE, 0, record);
    const before = disk.counters()['transaction groups']!;
    const steps = stepsOf(disk, Op.WRITE, record, record);
    expect(disk.counters()['transaction groups']).to.equal(before + 1);
    expect(steps.slice(-3).map((step) => step.map((entry) => entry[0]).join(''))).to.deep.equal(['WW', 'FWWF', '']);
  });

  it('reads the same with one snapshot and with eight', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, 8 * record);
    const before = reads(disk, 0, 2048);
    for (let i = 0; i < 8; i++) {
      carryOut(disk, Op.SNAPSHOT, 0, 0, `s${i}`);
      carryOut(disk, Op.WRITE, i * record, 2048);
      expect(reads(disk, 0, 2048), `${i + 1} snapshots`).to.equal(before);
    }
  });

  it('copies no data for a snapshot', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, 8 * record);
    const steps = stepsOf(disk, Op.SNAPSHOT, 0, 0, 'a').flat();
    expect(steps.filter((entry) => entry.includes(`+${record}`))).to.deep.equal([]);
  });

  it('takes freed places again, so that a disk written over and over does not grow', () => {
    const disk = makeDisk({ group: record });
    for (let i = 0; i < 4; i++) carryOut(disk, Op.WRITE, 0, record);
    const settled = disk.files[0]!.bytes;
    for (let i = 0; i < 50; i++) carryOut(disk, Op.WRITE, 0, record);
    expect(disk.files[0]!.bytes).to.be.at.most(settled + 2 * record);
  });

  it('has everything free again that only a deleted snapshot had', () => {
    const disk = makeDisk();
    carryOut(disk, Op.WRITE, 0, 8 * record);
    carryOut(disk, Op.CLOSE);
    const before = disk.allocatedBytes();
    carryOut(disk, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(disk, Op.WRITE, 0, 8 * record);
    carryOut(disk, Op.CLOSE);
    expect(disk.allocatedBytes()).to.equal(before + 8 * record + 16 * KiB * 2);
    carryOut(disk, Op.DELETE, 0, 0, 'a');
    expect(disk.allocatedBytes()).to.equal(before);
  });
});
