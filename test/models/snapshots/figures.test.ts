/** Figures 1 to 3 of the OnceCloud paper: blocks A to F at three times, in a linked chain and in snapshots that are not linked. */
import { expect } from 'chai';
import { formats } from '../../../models/formats/index.js';
import { Op } from '../../../models/io/image-format.js';
import { defaults } from '../../../sim/options.js';
import { KiB } from '../../../sim/units.js';
import { FormatRunner } from '../../conformance/format-runner.js';
import { HostStore } from '../../conformance/host-store.js';

const blockBytes = 128 * KiB;
const blocks = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
type Block = (typeof blocks)[number];

class Disk {
  private readonly runner: FormatRunner;

  constructor(format: string) {
    const model = formats.get(format, 'test');
    const image = model.make({ diskBytes: blocks.length * blockBytes, cache: 'none', slots: 1, backing: null }, defaults(model.options));
    this.runner = new FormatRunner(image, 1, new HostStore(), () => 0);
    this.runner.alone(Op.CREATE);
    this.runner.alone(Op.OPEN);
  }

  write(...which: Block[]): this {
    for (const block of which) this.runner.data(Op.WRITE, blocks.indexOf(block) * blockBytes, blockBytes);
    this.runner.settle();
    return this;
  }

  /** Compares the disk and every snapshot with the reference before and after. */
  snapshot(name: string): this {
    this.runner.checkViews();
    this.runner.alone(Op.SNAPSHOT, name);
    this.runner.checkViews();
    return this;
  }

  /** Index look-ups that a read of each block takes. */
  lookups(...which: Block[]): number[] {
    const count = (): number => this.runner.format.counters()['index look-ups']!;
    return which.map((block) => {
      const before = count();
      this.runner.data(Op.READ, blocks.indexOf(block) * blockBytes, blockBytes);
      this.runner.settle();
      return count() - before;
    });
  }

  /** Host bytes in which a snapshot and the live disk, or another snapshot, lie at the same place. */
  shared(one: string, other: string | null): Block[] {
    const placesOf = (view: string | null): string[] => {
      const extents = this.runner.format.extents(view);
      return blocks.map((_, i) => {
        const at = i * blockBytes;
        const { file, offset, guestOffset } = extents.find((extent) => extent.guestOffset <= at && at < extent.guestOffset + extent.bytes)!;
        return file === -1 ? 'nothing' : `${file} ${offset + at - guestOffset}`;
      });
    };
    const [first, second] = [placesOf(one), placesOf(other)];
    return blocks.filter((_, i) => first[i] === second[i] && first[i] !== 'nothing');
  }
}

/** Time 1: A to D. Time 2: B has changed and E is new. Time 3: D has changed and F is new. */
const times = (disk: Disk): [Disk, () => Disk, () => Disk, () => Disk] => [
  disk.write('A', 'B', 'C', 'D'),
  () => disk.snapshot('one').write('B', 'E'),
  () => disk.snapshot('two').write('D', 'F'),
  () => disk.snapshot('three'),
];

describe('blocks A to F at three times', () => {
  it('takes one look-up more in a linked chain for every snapshot since a block has changed', () => {
    const [disk, toTime2, toTime3, toSnapshot3] = times(new Disk('vhd-chain'));
    expect(disk.lookups('A', 'B', 'C', 'D')).to.deep.equal([1, 1, 1, 1]);
    toTime2();
    expect(disk.lookups('A', 'D')).to.deep.equal([2, 2]);
    expect(disk.lookups('B', 'E')).to.deep.equal([1, 1]);
    toTime3();
    expect(disk.lookups('A', 'B', 'E')).to.deep.equal([3, 2, 2]);
    expect(disk.lookups('D', 'F')).to.deep.equal([1, 1]);
    toSnapshot3();
    expect(disk.lookups('A', 'B', 'E', 'D', 'F')).to.deep.equal([4, 3, 3, 2, 2]);
  });

  for (const format of ['zfs', 'ocfs2']) {
    it(`takes one look-up in ${format}, whatever the number of snapshots`, () => {
      const [disk, ...steps] = times(new Disk(format));
      expect(disk.lookups('A', 'B', 'C', 'D')).to.deep.equal([1, 1, 1, 1]);
      for (const step of steps) expect(step().lookups('A', 'B', 'C', 'D', 'E', 'F')).to.deep.equal([1, 1, 1, 1, 1, 1]);
    });
  }

  for (const format of ['vhd-chain', 'zfs', 'ocfs2']) {
    it(`keeps blocks that have not changed in one place in ${format}`, () => {
      const [disk, ...steps] = times(new Disk(format));
      for (const step of steps) step();
      expect(disk.shared('one', 'two')).to.deep.equal(['A', 'C', 'D']);
      expect(disk.shared('two', 'three')).to.deep.equal(['A', 'B', 'C', 'E']);
      expect(disk.shared('three', null)).to.deep.equal(['A', 'B', 'C', 'D', 'E', 'F']);
    });
  }
});
