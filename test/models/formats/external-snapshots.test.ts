import { expect } from 'chai';
import fc from 'fast-check';
import { withExternalSnapshots } from '../../../models/formats/external-snapshots/with-external-snapshots.js';
import { formats } from '../../../models/formats/index.js';
import { Op, type ImageFormat } from '../../../models/io/image-format.js';
import { carryOut } from '../../../models/io/untimed.js';
import { InputError } from '../../../sim/errors.js';
import { defaults, readOptions } from '../../../sim/options.js';
import { KiB, MiB } from '../../../sim/units.js';
import { FormatRunner } from '../../conformance/format-runner.js';
import { HostStore } from '../../conformance/host-store.js';
import { stepsOf } from './plans.js';

const diskBytes = 4 * MiB;
const block = 64 * KiB;

function opened(name: string, diskOf = diskBytes, hasBase = true): ImageFormat {
  const raw = formats.get('raw', 'test');
  const context = { diskBytes: diskOf, cache: 'none' as const, slots: 4 };
  const backing = hasBase ? raw.make({ ...context, backing: null }, defaults(raw.options)) : null;
  const model = formats.get(name, 'test');
  const image = withExternalSnapshots(model, name).make({ ...context, backing }, readOptions(model.options, {}, 'test'));
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}

const flat = (image: ImageFormat, op: Op, name: string): string[] => stepsOf(image, op, 0, 0, name).flat();
const dataOf = (rows: readonly string[]): string[] => rows.filter((row) => /^[RW] \d+ \d+\+65536/.test(row));

describe('snapshots as images of their own', () => {
  it('lay a new image over the old one, which is written no more', () => {
    const image = opened('fvd-paper');
    carryOut(image, Op.WRITE, 0, block);
    const taken = flat(image, Op.SNAPSHOT, 's');
    expect(taken.filter((row) => row.startsWith('W'))).to.deep.equal(['W 3 0+4608!']);
    expect(dataOf(taken)).to.deep.equal([]);
    expect(image.files.map(({ role }) => role)).to.deep.equal(['metadata', 'data', 'backing', 'metadata', 'data']);
    expect(stepsOf(image, Op.WRITE, 0, block)).to.deep.equal([['W 4 0+65536'], ['W 3 4096+512'], []]);
    expect(stepsOf(image, Op.READ, 0, 2 * block), 'from the new image, and from the base through both').to.deep.equal([
      ['R 4 0+65536', 'R 2 65536+65536'],
    ]);
    expect(image.extents('s')[0]).to.include({ file: 1, bytes: block });
  });

  it('goes back to a snapshot with a new image over it; what was written since goes', () => {
    const image = opened('fvd-paper');
    carryOut(image, Op.WRITE, 0, block);
    carryOut(image, Op.SNAPSHOT, 0, 0, 's');
    carryOut(image, Op.WRITE, 0, block);
    carryOut(image, Op.APPLY, 0, 0, 's');
    expect(image.files[4]!.bytes, 'data of the image that went').to.equal(0);
    expect(image.extents(null)[0]).to.include({ file: 1, bytes: block });
    expect(image.counters()).to.include({ 'images in the chain': 2 });
    carryOut(image, Op.APPLY, 0, 0, 's');
    expect(image.files.length, 'places of images that went are taken again').to.equal(7);
  });

  it('merges the only image over a deleted snapshot into it, block by block', () => {
    const image = opened('fvd-paper');
    carryOut(image, Op.WRITE, 0, 2 * block);
    carryOut(image, Op.SNAPSHOT, 0, 0, 's');
    carryOut(image, Op.WRITE, block, 2 * block);
    const deleted = flat(image, Op.DELETE, 's');
    expect(deleted).to.include.members([`R 4 ${block}+${2 * block}!`, `W 1 ${block}+${2 * block}`]);
    expect(image.counters()).to.include({ 'images in the chain': 1, 'bytes merged': 2 * block });
    expect(image.extents(null)[0]).to.include({ file: 1, bytes: 3 * block });
    expect(stepsOf(image, Op.WRITE, 0, block), 'the first image is the live one again').to.deep.equal([[`W 1 0+${block}`]]);
  });

  it('keeps the image of a deleted snapshot while two lie over it', () => {
    const image = opened('fvd-paper');
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.WRITE, 0, block);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'b');
    carryOut(image, Op.APPLY, 0, 0, 'a');
    expect(flat(image, Op.DELETE, 'a'), 'two lie over it').to.deep.equal([]);
    expect(dataOf(flat(image, Op.DELETE, 'b')), 'nothing lies over b, and the live image is empty').to.deep.equal([]);
    expect(image.counters()).to.include({ 'images in the chain': 1 });
  });

  it('refuses names that are taken, or unknown', () => {
    const image = opened('fvd-paper');
    expect(() => carryOut(image, Op.APPLY, 0, 0, 'x')).to.throw(InputError, 'an image that has snapshots');
    carryOut(image, Op.SNAPSHOT, 0, 0, 's');
    expect(() => carryOut(image, Op.SNAPSHOT, 0, 0, 's')).to.throw(InputError, 'a name that no snapshot has');
    expect(() => carryOut(image, Op.DELETE, 0, 0, 'x')).to.throw(InputError, 'one of s');
  });

  for (const name of ['cow', 'qed', 'vmdk-0.12', 'vmdk-7.2', 'fvd-2011', 'qcow2-7.2']) {
    it(`keep the content of the disk and of every snapshot over ${name}`, function () {
      this.timeout(60_000);
      const sectors = 900;
      const op = fc.constantFrom(Op.WRITE, Op.WRITE, Op.WRITE, Op.READ, Op.FLUSH, Op.SNAPSHOT, Op.SNAPSHOT, Op.APPLY, Op.DELETE, Op.CLOSE);
      const act = fc.record({
        op,
        at: fc.nat(sectors - 1),
        length: fc.integer({ min: 1, max: 300 }),
        name: fc.constantFrom('a', 'b', 'c'),
      });
      fc.assert(
        fc.property(fc.array(act, { minLength: 20, maxLength: 80 }), fc.boolean(), (acts, hasBase) => {
          const image = opened(name, sectors * 512, hasBase);
          const runner = new FormatRunner(image, 4, new HostStore(), () => 0);
          for (const { op, at, length, name: snapshot } of acts) {
            const isKept = runner.reference.snapshots.has(snapshot);
            if (op === Op.READ || op === Op.WRITE) runner.data(op, at * 512, Math.min(length, sectors - at) * 512);
            else if (op === Op.SNAPSHOT && isKept) runner.alone(Op.DELETE, snapshot);
            else if ((op === Op.APPLY || op === Op.DELETE) && !isKept) runner.alone(Op.SNAPSHOT, snapshot);
            else runner.alone(op, snapshot);
            if (op === Op.CLOSE) runner.alone(Op.OPEN);
          }
          runner.settle();
          runner.checkViews();
        }),
        { numRuns: 40, includeErrorInReport: true },
      );
    });
  }
});
