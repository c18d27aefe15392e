import { expect } from 'chai';
import { PublishedImage, type PublishedSettings } from '../../../../models/formats/irow/published-image.js';
import { formats } from '../../../../models/formats/index.js';
import { LIVE, Next, Op } from '../../../../models/io/image-format.js';
import { Plan } from '../../../../models/io/plan.js';
import { carryOut } from '../../../../models/io/untimed.js';
import { InputError } from '../../../../sim/errors.js';
import { defaults } from '../../../../sim/options.js';
import { GiB, KiB, MiB } from '../../../../sim/units.js';
import { planText, stepsOf } from '../plans.js';

const cluster = 64 * KiB;
const settings: PublishedSettings = { clusterBytes: cluster, copyOnDemand: false, fallocate: true, entryPoints: 'synchronous' };

function made(changed: Partial<PublishedSettings> = {}, diskBytes = GiB, backingBytes = 0): PublishedImage {
  const base = { cache: 'writethrough' as const, slots: 4 };
  const raw = formats.get('raw', 'test');
  const backing = backingBytes === 0 ? null : raw.make({ ...base, diskBytes: backingBytes, backing: null }, defaults(raw.options));
  const image = new PublishedImage({ ...base, diskBytes, backing }, { ...settings, ...changed });
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  return image;
}

const ioOf = (...request: Parameters<typeof stepsOf>): string[] => stepsOf(...request).flat();

describe('irow-2012', () => {
  it('writes the whole bitmap for each new bit, and nothing but the data where the bit is set', () => {
    const image = made();
    expect(ioOf(image, Op.WRITE, 0, cluster)).to.deep.equal(['W 2 0+65536!', 'W 1 0+2048!', 'T 1 2048+0!']);
    expect(ioOf(image, Op.WRITE, 512, 1024)).to.deep.equal(['W 2 512+1024!']);
  });

  it('fills partial clusters at both ends first: reads both, writes both', () => {
    const image = made({}, GiB, 2 * MiB);
    expect(ioOf(image, Op.WRITE, 512, 2 * cluster)).to.deep.equal([
      'R 3 0+65536!',
      'R 3 131072+65536!',
      'W 2 0+65536!',
      'W 2 131072+65536!',
      'W 2 512+131072!',
      'W 1 0+2048!',
      'T 1 2048+0!',
    ]);
  });

  it('submits the data before the bitmap on the asynchronous path, and waits only for the bitmap', () => {
    const image = made({ entryPoints: 'asynchronous' });
    expect(stepsOf(image, Op.WRITE, 0, cluster)).to.deep.equal([['W 2 0+65536', 'W 1 0+2048!', 'T 1 2048+0!']]);
  });

  it('keeps one cluster for synchronous reads, until that cluster is written', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 2 * cluster);
    expect(ioOf(image, Op.READ, 512, 512)).to.deep.equal(['R 2 0+65536!']);
    expect(ioOf(image, Op.READ, 0, 2048)).to.deep.equal([]);
    expect(ioOf(image, Op.READ, 0, 2 * cluster)).to.deep.equal(['R 2 65536+65536!']);
    carryOut(image, Op.WRITE, cluster, 512);
    expect(ioOf(image, Op.READ, cluster, 512)).to.deep.equal(['R 2 65536+65536!']);
  });

  it('opens a father when it is first asked, with all records once more, and never again', () => {
    const image = made({ entryPoints: 'asynchronous' });
    carryOut(image, Op.WRITE, 0, cluster);
    carryOut(image, Op.SNAPSHOT, 0, 0, 's');
    const [first, second] = stepsOf(image, Op.READ, 512, 512);
    expect(first).to.deep.equal(['R 4 512+512']);
    expect(second!.slice(-2)).to.deep.equal(['R 1 0+2048!', 'R 2 0+65536!']);
    expect(second!.filter((entry) => entry.startsWith('R 0 ')).length).to.equal(6);
    expect(ioOf(image, Op.READ, 512, 512), 'cached').to.deep.equal(['R 4 512+512']);
    expect(ioOf(image, Op.READ, cluster, 512), 'nowhere').to.deep.equal(['R 4 65536+512']);
  });

  it('makes files for a snapshot, or takes those of one that is deleted and has no children', () => {
    const image = made();
    const makesFiles = (name: string): boolean => ioOf(image, Op.SNAPSHOT, 0, 0, name).some((entry) => entry.startsWith('A'));
    expect([makesFiles('a'), makesFiles('b')]).to.deep.equal([true, true]);
    carryOut(image, Op.DELETE, 0, 0, 'b');
    expect(makesFiles('c'), 'b has a child').to.equal(true);
    carryOut(image, Op.APPLY, 0, 0, 'a');
    carryOut(image, Op.DELETE, 0, 0, 'c');
    expect(makesFiles('d'), 'c has none, and so b has none').to.equal(false);
    expect(image.inspect().states.map(({ name, children }) => `${name} ${children}`)).to.deep.equal([
      'a 1',
      'c_del 0',
      'd 1',
      'current state 0',
    ]);
  });

  it('clears the bitmap before the father changes, and gives no space back', () => {
    const image = made();
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.WRITE, 0, cluster);
    const before = image.allocatedBytes();
    const entries = ioOf(image, Op.APPLY, 0, 0, 'a');
    expect(entries.slice(0, 2)).to.deep.equal(['W 3 0+2048!', 'T 3 2048+0!']);
    expect(entries.slice(2).every((entry) => / 0 /.test(entry))).to.equal(true);
    expect(image.allocatedBytes()).to.equal(before);
    expect(image.extents(LIVE)).to.deep.equal([{ guestOffset: 0, bytes: GiB, file: -1, offset: 0 }]);
  });

  it('keeps its cached cluster over a rollback only where that changes nothing', () => {
    const image = made();
    carryOut(image, Op.WRITE, 0, 2 * cluster);
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.READ, 0, cluster);
    carryOut(image, Op.APPLY, 0, 0, 'a');
    expect(ioOf(image, Op.READ, 0, cluster), 'from a father still').to.deep.equal([]);
    carryOut(image, Op.WRITE, 0, cluster);
    carryOut(image, Op.READ, 0, cluster);
    carryOut(image, Op.APPLY, 0, 0, 'a');
    expect(ioOf(image, Op.READ, 0, cluster), 'gone').to.deep.equal(['R 4 0+65536!', 'R 2 0+65536!']);
  });

  it('refuses a snapshot that is not there, a deleted one too', () => {
    const image = made();
    carryOut(image, Op.SNAPSHOT, 0, 0, 'a');
    carryOut(image, Op.DELETE, 0, 0, 'a');
    for (const op of [Op.APPLY, Op.DELETE]) expect(() => image.begin(0, op, 0, 0, 'a')).to.throw(InputError, 'snapshot "a"');
  });

  it('copies on demand what it has read, and zeros that are nowhere', () => {
    const image = made({ copyOnDemand: true });
    expect(ioOf(image, Op.READ, 512, 512)).to.deep.equal(['R 2 0+65536!', 'W 2 0+65536!', 'W 1 0+2048!', 'T 1 2048+0!']);
    expect(ioOf(image, Op.READ, 512, 512)).to.deep.equal(['R 2 0+65536!']);
  });

  it('does not copy on demand over what was written while it read', () => {
    const image = made({ copyOnDemand: true, entryPoints: 'asynchronous' });
    const plan = new Plan();
    image.begin(0, Op.READ, 0, 512);
    expect(image.step(0, plan.clear())).to.equal(Next.CONTINUE);
    image.begin(1, Op.WRITE, 512, 512);
    image.step(1, plan.clear());
    expect(image.step(0, plan.clear())).to.equal(Next.DONE);
    expect(planText(plan)).to.deep.equal([]);
  });

  it('does not write where it is opened below an overlay', () => {
    const image = made({ copyOnDemand: true });
    carryOut(image, Op.OPEN_BELOW);
    expect(ioOf(image, Op.READ, 0, 512)).to.deep.equal(['R 2 0+65536!']);
  });

  it('grows past the end of the disk with its last cluster', () => {
    const image = made({}, MiB + 512);
    carryOut(image, Op.WRITE, MiB, 512);
    expect(image.files[2]!.bytes).to.equal(MiB + cluster);
  });

  it("puts the machine's state behind the bitmap, and opens the father anew for each piece of it", () => {
    const image = made();
    expect(ioOf(image, Op.SAVE_STATE, 0, 32 * KiB)).to.deep.equal(['W 1 2048+32768!']);
    carryOut(image, Op.SAVE_STATE, 32 * KiB, 1000);
    expect(ioOf(image, Op.SNAPSHOT, 0, 0, 'a')).to.include(`T 1 ${2048 + 32768 + 1000}+0!`);
    carryOut(image, Op.APPLY, 0, 0, 'a');
    const piece = ioOf(image, Op.LOAD_STATE, 0, 32 * KiB);
    expect(piece.slice(-2)).to.deep.equal(['R 1 0+2048!', 'R 1 2048+32768!']);
    expect(piece.length).to.equal(8);
    expect(() => carryOut(made(), Op.LOAD_STATE, 0, 512)).to.throw(InputError, 'no snapshot applied');
  });

  it('holds only what was written where the host refuses to preallocate', () => {
    const refused = made({ fallocate: false });
    carryOut(refused, Op.WRITE, 0, 512);
    const ownBytes = refused.files[0]!.bytes + refused.files[1]!.bytes;
    expect(refused.allocatedBytes() - ownBytes).to.equal(cluster);
    expect(made().allocatedBytes()).to.be.greaterThan(GiB);
  });
});
