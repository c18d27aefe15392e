/** Long runs of the formats that keep snapshots and lie over nothing, small enough that blocks, caches, groups and journals are used up. */
import { expect } from 'chai';
import { formats } from '../../../models/formats/index.js';
import { Op } from '../../../models/io/image-format.js';
import { readOptions } from '../../../sim/options.js';
import { RandomStream } from '../../../sim/random.js';
import { FormatRunner } from '../../conformance/format-runner.js';
import { HostStore, sector } from '../../conformance/host-store.js';

const sectors = 601;
const slots = 6;
const names = ['a', 'b', 'c', 'd'];

const cases: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['vhd-chain', { block: '16KiB', cachedBitmaps: 3 }],
  ['vhd-chain', {}],
  ['zfs', { record: '4KiB', indirect: '512', group: '32KiB' }],
  ['zfs', { record: '512', indirect: '512', group: '4KiB', intentLog: false }],
  ['ocfs2', { cluster: '4KiB', journal: '64KiB' }],
  ['ocfs2', { cluster: '64KiB', journal: '64KiB' }],
];

/** As many acts with requests in flight together, a control operation now and then. */
function run(format: string, options: Readonly<Record<string, unknown>>, acts: number): void {
  const random = new RandomStream(7, format);
  const below = (n: number): number => random.below(n);
  const model = formats.get(format, 'test');
  const context = { diskBytes: sectors * sector, cache: 'none' as const, slots, backing: null };
  const runner = new FormatRunner(model.make(context, readOptions(model.options, options, 'test')), slots, new HostStore(), below);
  runner.alone(Op.CREATE);
  runner.alone(Op.OPEN);
  for (let i = 0; i < acts; i++) {
    if (below(30) > 0) {
      const first = below(sectors);
      const length = Math.min(sectors - first, 1 + below(below(4) === 0 ? 80 : 12));
      runner.data(below(3) === 0 ? Op.READ : Op.WRITE, first * sector, length * sector);
      continue;
    }
    control(runner, names[below(names.length)]!, below(4));
    runner.checkViews();
  }
  runner.settle();
  runner.checkViews();
}

function control(runner: FormatRunner, name: string, choice: number): void {
  if (!runner.reference.snapshots.has(name)) runner.alone(Op.SNAPSHOT, name);
  else if (choice === 0) runner.alone(Op.APPLY, name);
  else if (choice < 3) runner.alone(Op.DELETE, name);
  else {
    runner.alone(Op.CLOSE);
    runner.alone(Op.OPEN);
  }
}

describe('formats that keep snapshots and lie over nothing', () => {
  for (const [format, options] of cases) {
    it(`keep every view in a long run of ${format} ${JSON.stringify(options)}`, function () {
      this.timeout(60_000);
      run(format, options, 4000);
    });
  }

  it('refuse a backing image', () => {
    const raw = formats.get('raw', 'test');
    const context = { diskBytes: 4096, cache: 'none' as const, slots, backing: null };
    const backing = raw.make(context, readOptions(raw.options, {}, 'test'));
    for (const format of ['vhd-chain', 'zfs', 'ocfs2']) {
      const model = formats.get(format, 'test');
      expect(() => model.make({ ...context, backing }, readOptions(model.options, {}, 'test'))).to.throw('lies over nothing');
    }
  });
});
