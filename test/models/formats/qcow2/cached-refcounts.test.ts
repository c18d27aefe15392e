import { expect } from 'chai';
import { formats } from '../../../../models/formats/index.js';
import { Qcow2Base } from '../../../../models/formats/qcow2/base-image.js';
import { Op } from '../../../../models/io/image-format.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { readOptions } from '../../../../sim/options.js';
import { KiB, MiB } from '../../../../sim/units.js';
import { checkTables } from '../../../conformance/qcow2-invariants.js';
import { planText } from '../plans.js';

/** An image of 512-byte clusters: a cluster of refcount table describes 8 MiB. */
function made(): Qcow2Base {
  const model = formats.get('qcow2-7.2', 'test');
  const context = { diskBytes: 32 * MiB, cache: 'writeback', slots: 1, backing: null } as const;
  const image = model.make(context, readOptions(model.options, { cluster: 512 }, 'test'));
  if (!(image instanceof Qcow2Base)) throw new Error('another image');
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}

/** Places and sizes are those of QEMU 7.2, recorded from the same writes. */
describe('the refcount table of QEMU 7.2', () => {
  it('moves behind everything with as many blocks as describe the growth, and room for half as many again', () => {
    const image = made();
    const piece = 8000 * KiB;
    const moves: string[][] = [];
    for (let at = 0; at < 3 * piece; at += piece) {
      carryOut(image, Op.WRITE, at, piece, undefined, (plan) => {
        const text = planText(plan);
        const header = text.indexOf('W 0 48+12!');
        if (header >= 0) moves.push(text.slice(header - 3, header + 2));
      });
    }
    expect(moves).to.deep.equal([
      ['F 0 0+0!', 'W 0 8520192+1024!', 'F 0 0+0!', 'W 0 48+12!', 'F 0 0+0!'],
      ['F 0 0+0!', 'W 0 16908800+2048!', 'F 0 0+0!', 'W 0 48+12!', 'F 0 0+0!'],
    ]);
    const { refcountTableOffset, refcountTableClusters, refcountBlocks } = image.inspect();
    expect([refcountTableOffset, refcountTableClusters]).to.deep.equal([16908800, 4]);
    expect(refcountBlocks[65]).to.equal(8519680 / 512);
    checkTables(image.inspect());
  });

  it('leaves its old place to the next allocation that fits', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 8000 * KiB);
    let at = 8000 * KiB;
    while (image.inspect().refcountTableOffset === 512) carryOut(image, Op.WRITE, (at += 512), 512);
    expect(image.inspect().clusters.find(([first]) => first === 1)?.[2]).to.equal('data');
    checkTables(image.inspect());
  });
});
