import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../../experiments/places.js';
import { fvdOf2011 } from '../../../../models/formats/fvd/fvd-2011.js';
import { fvdOfPaper } from '../../../../models/formats/fvd/fvd-paper.js';
import { PaperGovernor } from '../../../../models/prefetch/fvd-paper.js';
import { PublishedGovernor } from '../../../../models/prefetch/fvd-published.js';
import { formats } from '../../../../models/formats/index.js';
import { Op, type ImageFormat } from '../../../../models/io/image-format.js';
import { carryOut, carryOutBackground } from '../../../../models/io/untimed.js';
import { defaults, readOptions } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { KiB, MiB } from '../../../../sim/units.js';
import { planText, stepsOf } from '../plans.js';

const diskBytes = 64 * MiB;
const block = 64 * KiB;

const base = (): ImageFormat => {
  const raw = formats.get('raw', 'test');
  return raw.make({ diskBytes, cache: 'none', slots: 4, backing: null }, defaults(raw.options));
};
type Changed = Readonly<Record<string, unknown>>;

function paper(changed: Changed, profile: readonly { offset: number; bytes: number }[] = [], disk = diskBytes): ImageFormat {
  const context = { diskBytes: disk, cache: 'none' as const, slots: 4, backing: base(), profile };
  const image = fvdOfPaper.make(context, readOptions(fvdOfPaper.options, changed, 'test'));
  carryOut(image, Op.OPEN);
  return image;
}

/** Host I/O of all work in the background. */
function background(image: ImageFormat): string[] {
  const io: string[] = [];
  carryOutBackground(image, (plan) => io.push(...planText(plan)));
  return io;
}

describe('fvd-paper in the background', () => {
  it('reads whole blocks and saves them once the guest has its data, without the bitmap', () => {
    const image = paper({ copyOnRead: true });
    expect(stepsOf(image, Op.READ, 4096, 4096)).to.deep.equal([['R 2 0+65536'], []]);
    expect(background(image)).to.deep.equal(['W 1 0+65536']);
    expect(stepsOf(image, Op.READ, 4096, 4096)).to.deep.equal([['R 1 4096+4096']]);
  });

  it('writes to a saved block in place, with its bit', () => {
    const image = paper({ copyOnRead: true });
    carryOut(image, Op.READ, 0, 4096);
    background(image);
    expect(stepsOf(image, Op.WRITE, 4096, 4096)).to.deep.equal([['W 1 4096+4096'], ['W 0 4096+512'], []]);
  });

  it('writes the bits of saved blocks when it is closed, or with each save where saves are not free', () => {
    const image = paper({ copyOnRead: true });
    carryOut(image, Op.READ, 0, 4096);
    background(image);
    expect(stepsOf(image, Op.CLOSE)).to.deep.equal([['W 0 4096+512!']]);
    const eager = paper({ copyOnRead: true, freeCopyOnRead: false });
    carryOut(eager, Op.READ, 0, 4096);
    expect(background(eager)).to.deep.equal(['W 1 0+65536', 'W 0 4096+512']);
    expect(stepsOf(eager, Op.CLOSE)).to.deep.equal([[]]);
  });

  it('drops a delayed save of a block that was written meanwhile', () => {
    const image = paper({ copyOnRead: true, saveDelay: '1s' });
    carryOut(image, Op.READ, 0, 4096);
    carryOut(image, Op.WRITE, 0, block);
    expect(background(image)).to.deep.equal([]);
  });

  it('prefetches the profile first, then what is missing, and then does without the bitmap', () => {
    const image = paper({ prefetch: 'whole' }, [{ offset: 8 * MiB, bytes: block }]);
    carryOut(image, Op.WRITE, 0, MiB);
    const io = background(image);
    expect(io.filter((row) => row.startsWith('R')).slice(0, 2)).to.deep.equal([`R 2 ${8 * MiB}+65536`, `R 2 ${MiB}+${MiB}`]);
    expect(io.slice(-2)).to.deep.equal(['W 0 4096+512!', 'W 0 0+512!']);
    expect(stepsOf(image, Op.WRITE, 4096, 4096)).to.deep.equal([['W 1 4096+4096']]);
  });

  it('prefetches the profile alone where it is asked to', () => {
    const image = paper({ prefetch: 'profile' }, [{ offset: 8 * MiB, bytes: 2 * block }]);
    expect(background(image)).to.deep.equal([`R 2 ${8 * MiB}+131072`, `W 1 ${8 * MiB}+131072`]);
  });

  it('goes on looking at the bitmap where finished prefetching is not recorded', () => {
    const image = paper({ prefetch: 'whole', passThrough: false });
    background(image);
    expect(stepsOf(image, Op.WRITE, 0, 4096).length).to.equal(3);
  });

  it('reads the bitmap for every request where it is not in memory', () => {
    expect(stepsOf(paper({ inMemoryBitmap: false }), Op.READ, 0, 4096)).to.deep.equal([['R 0 4096+512'], ['R 2 0+4096']]);
  });

  it('keeps states beside the blocks of a group, and all in one file', () => {
    const grouped = paper({ blockGroup: 16 });
    expect(stepsOf(grouped, Op.WRITE, MiB, block)).to.deep.equal([[`W 1 ${MiB + 1024}+65536`], [`W 1 ${MiB + 512}+512`], []]);
    expect(stepsOf(paper({ files: 'one' }), Op.WRITE, 0, block)).to.deep.equal([['W 0 8192+65536'], ['W 0 4096+512'], []]);
  });

  it('tracks sparseness lazily and scans what was not closed', () => {
    const image = paper({ trackSparseness: true }, [], 2 * diskBytes);
    expect(stepsOf(image, Op.WRITE, diskBytes, 4096)).to.deep.equal([[`W 1 ${diskBytes}+4096`]]);
    expect(image.extents(null).filter(({ file }) => file === -1).length).to.equal(1);
    const reopened = stepsOf(image, Op.OPEN)[0]!;
    expect(reopened.filter((row) => row.startsWith('R 1 ')).length).to.be.at.least(64);
    expect(stepsOf(image, Op.CLOSE)[0]!.length).to.equal(2);
    expect(stepsOf(image, Op.OPEN)[0]!.some((row) => row.startsWith('R 1 '))).to.equal(false);
  });
});

describe('fvd-paper over zeros', () => {
  const over = (changed: Changed): ImageFormat => {
    const context = { diskBytes, cache: 'none' as const, slots: 4, backing: base(), backingIsZero: (at: number) => at >= MiB };
    return fvdOfPaper.make(context, readOptions(fvdOfPaper.options, changed, 'test'));
  };

  it('reads the whole backing image when it is made, to find zeros', () => {
    const reads = (image: ImageFormat): number => stepsOf(image, Op.CREATE)[0]!.filter((row) => row.startsWith('R 2')).length;
    expect(reads(over({}))).to.be.at.least(64);
    expect(reads(over({ zeroFilledFree: false }))).to.equal(0);
  });

  it('does no I/O for blocks that two bits tell are zeros, and records the first write to them', () => {
    const image = over({ twoBitStates: true });
    expect(stepsOf(image, Op.READ, MiB, block)).to.deep.equal([[]]);
    expect(stepsOf(image, Op.WRITE, MiB, 4096)).to.deep.equal([[`W 1 ${MiB}+4096`], ['W 0 4096+512'], []]);
    expect(stepsOf(image, Op.READ, MiB, block)).to.deep.equal([[`R 1 ${MiB}+65536`]]);
  });
});

describe('fvd-2011 in the background', () => {
  it('prefetches in the order and the shape of the recorded driver', () => {
    const file = path.join(packageRoot, 'test', 'fixtures', 'truth', 'fvd-prefetch.fvd2011.json');
    const { io } = JSON.parse(readFileSync(file, 'utf8')) as { io: [string, string, number, number][] };
    const from = io.findIndex(([, , , bytes]) => bytes === MiB);
    const recorded = io.slice(from).map(([kind, name, offset, bytes]) => `${kind} ${name === 'img.fvd' ? 0 : 1} ${offset}+${bytes}`);
    const options = readOptions(fvdOf2011.options, { block, copyOnRead: true, prefetch: true, prefetchDelay: '2s' }, 'test');
    const image = fvdOf2011.make({ diskBytes, cache: 'none', slots: 4, backing: base() }, options);
    carryOut(image, Op.OPEN);
    const found = [...background(image), ...stepsOf(image, Op.CLOSE)[0]!].map((row) => row.replace('!', ''));
    const ofFile = (rows: readonly string[], id: number): string[] =>
      rows.filter((row) => row.startsWith(`R ${id}`) || row.startsWith(`W ${id}`));
    for (const id of [0, 1]) expect(ofFile(found, id)).to.deep.equal(ofFile(recorded, id));
  });

  it('saves no more while 2,000,000 bytes wait to be saved', () => {
    const options = readOptions(fvdOf2011.options, { block, copyOnRead: true }, 'test');
    const image = fvdOf2011.make({ diskBytes, cache: 'none', slots: 4, backing: base() }, options);
    carryOut(image, Op.OPEN);
    for (let i = 0; i < 33; i++) carryOut(image, Op.READ, i * block, 4096);
    expect(background(image).length).to.equal(31);
  });
});

describe('prefetch governors', () => {
  it('pause after two rounds on average while the rate is too low', () => {
    let rounds = 0;
    const random = new RandomStream(1, 'test');
    for (let run = 0; run < 2000; run++) {
      const governor = new PaperGovernor({ lower: 1e6, upper: 0, window: 4, longestPause: 1e9 }, random);
      for (let i = 1; governor.pausedUntil === 0; i++) {
        governor.transferred(1000, 0, 1e9);
        if (i % 4 === 0) rounds += 1;
      }
    }
    expect(rounds / 2000).to.be.closeTo(2, 0.1);
  });

  it('hold the rate below the upper limit, and never pause above the lower', () => {
    const governor = new PaperGovernor({ lower: 1, upper: 1e6, window: 1, longestPause: 1e9 }, new RandomStream(1, 'test'));
    governor.transferred(5000, 0, 1000);
    expect([governor.readyAt, governor.pausedUntil]).to.deep.equal([5e6, 0]);
  });

  it('of the published driver look at windows of more than 100 ms', () => {
    const governor = new PublishedGovernor(1e9, new RandomStream(1, 'test'));
    for (let i = 0; i < 10; i++) governor.transferred(1, 0, 10e6);
    expect(governor.pausedUntil).to.equal(0);
    for (let i = 0; i < 1000; i++) governor.transferred(1, 0, 10e6);
    expect(governor.pausedUntil).to.be.within(1e6, 30_011e6);
  });
});
