import { expect } from 'chai';
import { replay } from './replay-sample.js';

interface System {
  readonly system: string;
  readonly iops: number;
  readonly hostIos: number;
  readonly metadataBytesWritten: number;
  readonly copyBytes: number;
  readonly dataBytesBeyondGuest: number;
  readonly writeAmplification: number;
  readonly meanSeekCylinders: number | null;
  readonly counters: Readonly<Record<string, number>>;
}

const systemsOf = (...words: readonly string[]): readonly System[] => {
  const { status, stdout, stderr } = replay(...words, '--json');
  expect(status, stderr).to.equal(0);
  return (JSON.parse(stdout) as { systems: readonly System[] }).systems;
};

describe('snapsim replay on other machines', function () {
  this.timeout(100_000);

  it('makes a system of each format on each drive, and says what flash had to write', () => {
    const systems = systemsOf('--formats', 'raw,qcow2-0.12', '--drive', 'ssd,MAY2073RC');
    expect(systems.map(({ system }) => system)).to.deep.equal([
      'raw on NVMe-TLC-1TB',
      'qcow2-0.12 on NVMe-TLC-1TB',
      'raw on MAY2073RC',
      'qcow2-0.12 on MAY2073RC',
    ]);
    const [ssd, , disk] = systems;
    expect(ssd!.iops / disk!.iops).to.be.above(20);
    expect(ssd!.counters['flash write amplification']).to.be.at.least(1);
    expect(disk!.counters).to.not.have.property('flash write amplification');
    // The disk of the test-bed by its name is the test-bed as it is.
    expect(systemsOf('--formats', 'raw')[0]!.iops).to.equal(disk!.iops);
  });

  it("keeps the image in files of the host's file system, which brings I/O of its own", () => {
    const [partition, ext3, ext4] = ['partition', 'ext3', 'ext4'].map((host) => systemsOf('--formats', 'qcow2-0.12', '--host', host)[0]!);
    expect(ext3!.iops).to.be.below(partition!.iops);
    expect(ext4!.iops).to.be.within(ext3!.iops, partition!.iops * 1.05);
  });

  it('tells how far the arm went on average, what a write cache and a file system add included; on flash there is none', () => {
    const seeks = (...words: readonly string[]): number | null => systemsOf('--formats', 'raw', ...words)[0]!.meanSeekCylinders;
    expect(seeks('--drive', 'ssd')).to.equal(null);
    for (const words of [
      ['--host', 'ext3'],
      ['--write-cache', 'on'],
    ])
      expect(seeks(...words), words.join(' ')).to.be.above(1);
  });

  it('tells bytes that were copied within the writes of data from those that were copied on their own', () => {
    const [old, merging] = systemsOf('--formats', 'qcow2-0.12,irow-paper');
    expect(old!.copyBytes).to.be.above(0);
    expect([old!.dataBytesBeyondGuest, merging!.copyBytes]).to.deep.equal([0, 0]);
    expect(merging!.dataBytesBeyondGuest).to.be.above(0);
    // Together with what the guest wrote, they are all that was written.
    const [guest, sameGuest] = [old!, merging!].map(
      (system) => (system.copyBytes + system.dataBytesBeyondGuest + system.metadataBytesWritten) / (system.writeAmplification - 1),
    );
    expect(guest).to.be.closeTo(sameGuest!, 1).and.above(1e6);
    const text = replay('--formats', 'irow-paper').stdout;
    expect(text).match(/flushes spanning 3\.99 s; mode closed, depth 4$/m);
    for (const row of ['simulated duration s', 'metadata read', 'metadata written', 'copies written on their own'])
      expect(text).match(new RegExp(`^${row} +[0-9]`, 'm'));
    expect(text).match(/^copies and padding within the data's writes +[1-9]/m);
  });

  it('refuses drives that it does not know, twice the same, a scheduler before flash, and a file system below I/O of the host', () => {
    for (const [words, reason] of [
      [['--drive', 'sdd'], /--drive: found the unknown drive "sdd"/],
      [['--drive', 'ssd,NVMe-TLC-1TB'], /--drive: found NVMe-TLC-1TB twice: ssd and NVMe-TLC-1TB are names of one drive/],
      [['--drive', 'ssd', '--scheduler', 'elevator'], /--scheduler: found elevator, expected fcfs/],
      [['--layer', 'host', '--host', 'ext3'], /--layer host: found --host ext3/],
    ] as const) {
      const { status, stderr } = replay(...words);
      expect(status).to.equal(2);
      expect(stderr).to.match(reason);
    }
  });
});
