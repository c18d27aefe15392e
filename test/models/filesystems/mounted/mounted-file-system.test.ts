import { expect } from 'chai';
import { ext3 } from '../../../../models/filesystems/ext3/ext3.js';
import { FilePart, FileRequest } from '../../../../models/filesystems/file-system.js';
import { MountedFileSystem } from '../../../../models/filesystems/mounted/mounted-file-system.js';
import { ext3Mount } from '../../../../models/filesystems/mounted/settings.js';
import { Kind } from '../../../../models/io/plan.js';
import { InputError } from '../../../../sim/errors.js';
import { Kernel } from '../../../../sim/kernel.js';
import { defaults } from '../../../../sim/options.js';
import { RandomStream } from '../../../../sim/random.js';
import { KiB, MiB, microsecond, millisecond, second } from '../../../../sim/units.js';
import { FileOp } from '../../../../traces/files/file-operation.js';
import { FileBench, SteadyDevice } from './bench.js';
import { TinyLayout } from './tiny-layout.js';

/** With a file 1 that was made and is durable, nothing dirty, the clock at 60 s. */
const withFile = (bench: FileBench, bytes = 0): FileBench => {
  bench.perform({ op: FileOp.CREATE });
  if (bytes > 0) bench.perform({ op: FileOp.WRITE, bytes });
  bench.kernel.run(60 * second);
  bench.seen();
  return bench;
};

describe('a mounted file system', () => {
  it('creates a file for the price of reading its metadata, and writes it at the commit and a checkpoint 30 s after', () => {
    const bench = new FileBench();
    expect(bench.perform({ op: FileOp.CREATE })).to.equal(millisecond + 2 * microsecond);
    expect(bench.seen()).to.deep.equal(['read 2+1']);
    bench.kernel.run(5 * second - 1);
    expect(bench.seen()).to.deep.equal([]);
    bench.kernel.run(6 * second);
    // A descriptor with the copy of the inode block, then the commit block.
    expect(bench.seen()).to.deep.equal(['write 11+2', 'write 13+1']);
    bench.kernel.run(35 * second - 1);
    expect(bench.seen()).to.deep.equal([]);
    bench.kernel.run();
    expect(bench.seen()).to.deep.equal(['write 2+1']);
    expect(bench.kernel.now)
      .to.be.at.least(35 * second)
      .and.at.most(45 * second);
    bench.fs.checkConservation();
    expect(bench.fs.dirtyBytes()).to.equal(0);
  });

  it('after a restart has the first requests wait for what mounting reads, once', () => {
    const bench = new FileBench({ readsAtMount: true });
    bench.submit({ op: FileOp.CREATE, file: 1 });
    expect(bench.perform({ op: FileOp.CREATE, file: 2 })).to.equal(3 * millisecond + 2 * microsecond);
    expect(bench.seen()).to.deep.equal(['read 0+1', 'read 1+1', 'read 2+1']);
    expect(bench.perform({ op: FileOp.CREATE, file: 3 })).to.equal(2 * microsecond);
  });

  it('takes a buffered write into memory; the commit writes its data first, in one piece', () => {
    const bench = withFile(new FileBench());
    expect(bench.perform({ op: FileOp.WRITE, bytes: 30_000 })).to.equal(millisecond + 2 * microsecond + Math.round(30_000_000 / 4096));
    expect(bench.seen()).to.deep.equal(['read 1+1']);
    expect(bench.fs.dirtyBytes()).to.equal((8 + 3) * 4096);
    bench.kernel.run(66 * second);
    // 8 blocks of data, the indirect block among them at 78; then bitmap, inode, indirect block in the journal, and the commit block.
    expect(bench.seen()).to.deep.equal(['write 74+4', 'write 79+4', 'write 14+4', 'write 18+1']);
    bench.kernel.run();
    expect(bench.seen()).to.deep.equal(['write 1+2', 'write 78+1']);
    bench.fs.checkConservation();
  });

  it('in writeback mode commits without the data', () => {
    const bench = withFile(new FileBench({ data: 'writeback' }));
    bench.perform({ op: FileOp.WRITE, bytes: 8 * KiB });
    bench.seen();
    bench.kernel.run(66 * second);
    expect(bench.seen()).to.deep.equal(['write 14+3', 'write 17+1']);
    bench.kernel.run();
    expect(bench.seen().sort()).to.deep.equal(['write 1+2', 'write 74+2']);
  });

  it('reads what is in memory without the device', () => {
    const bench = withFile(new FileBench(), 30_000);
    bench.perform({ op: FileOp.READ, bytes: 100 });
    bench.seen();
    expect(bench.perform({ op: FileOp.READ, bytes: 30_000 })).to.be.below(20 * microsecond);
    expect(bench.seen()).to.deep.equal([]);
  });

  it('fsync writes the data, waits, and has the transaction commit', () => {
    const bench = withFile(new FileBench());
    bench.perform({ op: FileOp.WRITE, bytes: 8 * KiB });
    bench.seen();
    // Data, then (they are clean by now) descriptor and copies, then the commit block: three I/Os one after another.
    expect(bench.perform({ op: FileOp.FSYNC })).to.equal(3 * millisecond + 2 * microsecond);
    expect(bench.seen()).to.deep.equal(['write 74+2', 'write 14+3', 'write 17+1']);
    expect(bench.perform({ op: FileOp.FSYNC })).to.equal(2 * microsecond);
  });

  it('hands bios on where it is asked to: pages of one file together, each block of the journal and of metadata by itself', () => {
    const bench = withFile(new FileBench({ ioUnit: 'bios' }));
    bench.perform({ op: FileOp.WRITE, bytes: 8 * KiB });
    bench.seen();
    bench.perform({ op: FileOp.FSYNC });
    expect(bench.seen()).to.deep.equal(['write 74+2', 'write 14+1', 'write 15+1', 'write 16+1', 'write 17+1']);
    bench.kernel.run();
    expect(bench.seen()).to.deep.equal(['write 1+1', 'write 2+1']);
  });

  it('over the background share writes a whole turn, of whatever files, before it looks again at how much is dirty', () => {
    const written = (turnBytes: number): number => {
      const bench = new FileBench({ cacheBytes: 400 * KiB, backgroundRatio: 0.1, dirtyRatio: 0.9, turnBytes });
      for (const file of [1, 2, 3]) {
        bench.perform({ op: FileOp.CREATE, file });
        bench.perform({ op: FileOp.WRITE, file, bytes: 16 * KiB });
      }
      bench.kernel.run(second);
      return bench
        .seen()
        .filter((word) => word.startsWith('write'))
        .reduce((sum, word) => sum + Number(word.split('+')[1]), 0);
    };
    expect([written(MiB), written(16 * KiB)]).to.deep.equal([12, 4]);
  });

  it('marks time stamps by the second, or in finer steps where inodes have room for them', () => {
    const committed = (timeStampStep: number): number => {
      const bench = withFile(new FileBench({ timeStampStep }), 16 * KiB);
      for (let i = 0; i < 5; i++) {
        bench.perform({ op: FileOp.WRITE, bytes: 16 * KiB });
        bench.perform({ op: FileOp.FSYNC });
      }
      return bench.fs.counters()['transactions committed']!;
    };
    expect(committed(millisecond) - committed(second)).to.equal(4);
  });

  it('fsync waits for the data even where a commit does not', () => {
    const bench = withFile(new FileBench({ data: 'writeback' }));
    bench.perform({ op: FileOp.WRITE, bytes: 8 * KiB });
    expect(bench.perform({ op: FileOp.FSYNC })).to.equal(3 * millisecond + 2 * microsecond);
  });

  it('writes pages back in the order of the file, however they were changed', () => {
    const bench = withFile(new FileBench({ accessTimes: false }), 16 * KiB);
    for (const page of [3, 0, 2, 1]) bench.perform({ op: FileOp.WRITE, offset: page * 4096, bytes: 4096 });
    bench.perform({ op: FileOp.FDATASYNC });
    expect(bench.seen()).to.deep.equal(['write 74+4']);
  });

  it('with barriers flushes the device before and after the commit block', () => {
    const bench = withFile(new FileBench({ barrier: true }));
    bench.perform({ op: FileOp.WRITE, bytes: 8 * KiB });
    bench.seen();
    expect(bench.perform({ op: FileOp.FSYNC })).to.equal(5 * millisecond + 2 * microsecond);
    expect(bench.seen()).to.deep.equal(['write 74+2', 'write 14+3', 'flush', 'write 17+1', 'flush']);
    bench.perform({ op: FileOp.FSYNC });
    expect(bench.seen()).to.deep.equal(['flush']);
  });

  it('fdatasync leaves time stamps behind', () => {
    const bench = withFile(new FileBench({ data: 'writeback' }), 8 * KiB);
    bench.perform({ op: FileOp.WRITE, bytes: 4 * KiB });
    bench.perform({ op: FileOp.FDATASYNC });
    expect(bench.seen()).to.deep.equal(['write 74+1']);
    bench.perform({ op: FileOp.FSYNC });
    expect(bench.seen().length).to.equal(2);
  });

  it('a synchronous write is durable when it is done', () => {
    const bench = withFile(new FileBench());
    expect(bench.perform({ op: FileOp.WRITE, bytes: 8 * KiB, synchronous: true })).to.equal(4 * millisecond + 4 * microsecond);
    expect(bench.seen()).to.deep.equal(['read 1+1', 'write 74+2', 'write 14+3', 'write 17+1']);
  });

  it('reads a page before it changes a part of it, if it held data', () => {
    const bench = withFile(new FileBench(), 64 * KiB);
    const small = new FileBench({ cacheBytes: 16 * 4096 }, bench.layout);
    small.perform({ op: FileOp.WRITE, offset: 100, bytes: 100 });
    expect(small.seen()).to.include('read 74+1');
    small.perform({ op: FileOp.WRITE, offset: 4096, bytes: 4096 });
    expect(small.seen().filter((word) => word.startsWith('read 75'))).to.deep.equal([]);
    small.perform({ op: FileOp.WRITE, offset: 64 * KiB + 100, bytes: 100 });
    expect(small.seen().filter((word) => /read (9|8)/.test(word))).to.deep.equal([]);
  });

  it('reads ahead of a sequential reader in windows that double, and not of a random one', () => {
    const layout = new TinyLayout();
    withFile(new FileBench({}, layout), 2 * MiB);
    const bench = new FileBench({ accessTimes: false }, layout);
    for (let i = 0; i < 64; i++) bench.perform({ op: FileOp.READ, offset: i * 4096, bytes: 4096 });
    bench.kernel.run();
    // The file is in two pieces round its indirect block; windows of 4, 8, 16, 32 pages.
    expect(bench.seen()).to.deep.equal(['read 74+4', 'read 78+1', 'read 79+8', 'read 87+16', 'read 103+32', 'read 135+32', 'read 167+32']);
    for (const page of [300, 200, 400]) bench.perform({ op: FileOp.READ, offset: page * 4096, bytes: 4096 });
    expect(bench.seen()).to.deep.equal(['read 375+1', 'read 275+1', 'read 475+1']);
  });

  it('a hole is read without I/O, and a read ends at the end of the file', () => {
    const bench = withFile(new FileBench({ accessTimes: false }));
    bench.perform({ op: FileOp.TRUNCATE, offset: MiB });
    bench.kernel.run();
    bench.seen();
    bench.perform({ op: FileOp.READ, bytes: 8 * MiB });
    bench.perform({ op: FileOp.READ, offset: 2 * MiB, bytes: 8 * MiB });
    bench.perform({ op: FileOp.READ, bytes: 64 * KiB, direct: true });
    expect(bench.seen()).to.deep.equal([]);
  });

  it('a reader comes to its end in memory that holds less than is read ahead', () => {
    const layout = new TinyLayout();
    const bench = withFile(new FileBench({}, layout));
    for (const block of [0, 90]) bench.perform({ op: FileOp.WRITE, offset: block * 4096, bytes: 4096 });
    bench.kernel.run();
    const small = new FileBench({ cacheBytes: 16 * 4096, accessTimes: false }, layout);
    small.submit({ op: FileOp.READ, bytes: 80 * 4096 });
    small.kernel.run(second);
    expect(small.done.length).to.equal(1);
  });

  it('a reader ends where a file was cut meanwhile', () => {
    const bench = withFile(new FileBench({ cacheBytes: 64 * KiB }), 2 * MiB);
    bench.submit({ op: FileOp.READ, bytes: 2 * MiB });
    bench.submit({ op: FileOp.TRUNCATE, offset: MiB });
    bench.kernel.run(bench.kernel.now + 10 * second);
    expect(bench.done.slice(2).map(({ request }) => request.op)).to.have.members([FileOp.READ, FileOp.TRUNCATE]);
    // The part that was cut off begins at block 332.
    expect(bench.device.seen.filter(({ kind, block }) => kind === Kind.READ && block > 332)).to.deep.equal([]);
  });

  it('refuses to read a file that is not there', () => {
    const layout = ext3.make(defaults(ext3.options), 16 * MiB, new RandomStream(1, 'layout'));
    const kernel = new Kernel();
    const fs = new MountedFileSystem(kernel, new SteadyDevice(kernel), layout, ext3Mount);
    const request = new FileRequest({ fileDone: () => undefined });
    request.op = FileOp.READ;
    request.file = 7;
    request.bytes = 4096;
    expect(() => {
      fs.submit(request);
    }).to.throw(InputError, 'no such file');
  });

  it('forgets dirty data of a file that is removed', () => {
    const bench = withFile(new FileBench());
    bench.perform({ op: FileOp.WRITE, bytes: 64 * KiB });
    bench.perform({ op: FileOp.UNLINK });
    bench.kernel.run();
    expect(bench.seen().filter((word) => word.startsWith('write 7'))).to.deep.equal([]);
    expect(bench.fs.counters()['dirty pages forgotten']).to.equal(16);
    bench.fs.checkConservation();
    expect(bench.layout.freeBlocks()).to.equal(10_000 - 74);
  });

  it('direct writes pass memory by in pieces side by side; into a hole inside the file they go through memory', () => {
    const bench = withFile(new FileBench({ accessTimes: false }), 2 * MiB);
    bench.perform({ op: FileOp.WRITE, bytes: MiB, direct: true });
    // To the indirect block, and behind it in two pieces.
    expect(bench.seen()).to.deep.equal(['write 74+4', 'write 79+128', 'write 207+124']);
    expect(bench.perform({ op: FileOp.READ, offset: 512, bytes: 1024, direct: true })).to.equal(millisecond + 2 * microsecond);
    expect(bench.seen()).to.deep.equal(['read 74.125+0.25']);
    bench.perform({ op: FileOp.TRUNCATE, offset: 4 * MiB });
    bench.kernel.run(100 * second);
    bench.seen();
    bench.perform({ op: FileOp.WRITE, offset: 3 * MiB, bytes: 8 * KiB, direct: true });
    expect(bench.fs.counters()['pages dirtied']).to.be.above(512);
    expect(bench.seen()[0]).to.equal('write 587+2');
  });

  it('a direct write touches nothing but what it is asked for and the rest of the blocks that are new', () => {
    const bench = withFile(new FileBench(), 4096);
    bench.perform({ op: FileOp.WRITE, offset: 2048, bytes: 3072, direct: true });
    expect(bench.seen()).to.deep.equal(['write 74.5+0.5', 'write 75+1']);
  });

  it('refuses direct I/O that is not of whole sectors', () => {
    for (const place of [
      { offset: 0, bytes: 100 },
      { offset: 100, bytes: 512 },
    ]) {
      const bench = withFile(new FileBench(), 4096);
      expect(() => bench.submit({ op: FileOp.READ, ...place, direct: true })).to.throw(InputError, 'multiples of 512 bytes');
    }
  });

  it('direct writes behind the end find their blocks at once', () => {
    const bench = withFile(new FileBench());
    expect(bench.perform({ op: FileOp.WRITE, bytes: 16 * KiB, direct: true })).to.equal(2 * millisecond + 2 * microsecond);
    expect(bench.seen()).to.deep.equal(['read 1+1', 'write 74+4']);
    expect(bench.fs.size(1)).to.equal(16 * KiB);
  });

  it('direct writes to one file exclude one another in ext3, not where they go together', () => {
    for (const [directWrites, end] of [
      ['one at a time', 4],
      ['together', 1],
    ] as const) {
      const bench = withFile(new FileBench({ directWrites }), 64 * KiB);
      bench.perform({ op: FileOp.WRITE, bytes: 4096, direct: true });
      const start = bench.kernel.now;
      for (let i = 0; i < 4; i++) bench.submit({ op: FileOp.WRITE, offset: i * 8192, bytes: 4096, direct: true });
      bench.kernel.run(start + second / 2);
      expect(bench.done[bench.done.length - 1]!.at - start).to.be.within(end * millisecond, end * millisecond + 20 * microsecond);
    }
  });

  it('holds writers back while too much is dirty, and says so', () => {
    const bench = withFile(new FileBench({ cacheBytes: 8 * MiB }));
    const took = [];
    for (let i = 0; i < 4; i++) took.push(bench.perform({ op: FileOp.WRITE, offset: i * MiB, bytes: MiB }));
    expect(took[0]).to.be.below(2 * millisecond);
    expect(bench.done.some(({ request }) => request.spent[FilePart.THROTTLED]! > 0)).to.equal(true);
    bench.kernel.run();
    bench.fs.checkConservation();
  });

  it('delayed allocation: files written in turns lie each in one piece', () => {
    const layout = new TinyLayout(10_000, 64, true);
    const bench = new FileBench({}, layout);
    for (const file of [1, 2]) bench.perform({ op: FileOp.CREATE, file });
    for (let i = 0; i < 4; i++) for (const file of [1, 2]) bench.perform({ op: FileOp.WRITE, file, offset: i * 4096, bytes: 4096 });
    expect(layout.freeBlocks()).to.equal(10_000 - 74);
    bench.kernel.run();
    expect(layout.files.get(1)!.blocks).to.deep.equal([74, 75, 76, 77]);
    expect(layout.files.get(2)!.blocks).to.deep.equal([78, 79, 80, 81]);
    // Side by side on the device, so one I/O.
    expect(bench.seen()).to.include('write 74+8');
    bench.fs.checkConservation();
  });

  it('delayed allocation: a commit takes data along that got their place in it, not what was written over older data', () => {
    const written = (isDelayed: boolean): number => {
      const bench = withFile(new FileBench({}, new TinyLayout(10_000, 64, isDelayed)), 8 * KiB);
      bench.perform({ op: FileOp.WRITE, bytes: 8 * KiB });
      bench.kernel.run(bench.kernel.now + 8 * second);
      return bench.seen().filter((word) => word === 'write 74+2').length;
    };
    expect([written(false), written(true)]).to.deep.equal([1, 0]);
  });

  it('a turn of the flusher ends where it is no whole number of pages', () => {
    const bench = withFile(new FileBench({ turnBytes: 6 * KiB, cacheBytes: 64 * KiB }));
    bench.perform({ op: FileOp.WRITE, bytes: 64 * KiB });
    bench.kernel.run();
    expect(bench.fs.dirtyBytes()).to.equal(0);
  });

  it('makes room in the journal: writes the oldest blocks to their places, then the superblock of the journal', () => {
    const bench = new FileBench({}, new TinyLayout(10_000, 32));
    for (let i = 0; i < 20; i++) {
      bench.perform({ op: FileOp.CREATE, file: 1 + 32 * (i % 8) + (i >> 3) });
      bench.perform({ op: FileOp.FSYNC, file: 1 + 32 * (i % 8) + (i >> 3) });
    }
    const words = bench.seen();
    const superblock = words.indexOf('write 10+1');
    expect(superblock).to.be.above(0);
    expect(words.slice(0, superblock)).to.include('write 2+1');
    bench.kernel.run();
    bench.fs.checkConservation();
  });

  it('writes no block of metadata to its place while a running transaction changes it', () => {
    const bench = withFile(new FileBench());
    for (let at = 0; at < 60; at++) {
      bench.perform({ op: FileOp.TRUNCATE, offset: at });
      bench.kernel.run((61 + at) * second);
    }
    expect(bench.seen().filter((word) => word === 'write 2+1')).to.deep.equal([]);
    bench.kernel.run();
    expect(bench.seen().filter((word) => word === 'write 2+1').length).to.equal(1);
  });

  it('without a journal metadata are written in their turn', () => {
    const bench = new FileBench({}, new TinyLayout(10_000, 0));
    bench.perform({ op: FileOp.CREATE });
    bench.perform({ op: FileOp.WRITE, bytes: 4096 });
    bench.perform({ op: FileOp.FSYNC });
    expect(bench.seen()).to.deep.equal(['read 2+1', 'read 1+1', 'write 10+1', 'write 1+2']);
    bench.kernel.run();
    bench.fs.checkConservation();
  });
});
