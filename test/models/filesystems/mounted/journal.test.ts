import { expect } from 'chai';
import { JournalSpace } from '../../../../models/filesystems/mounted/journal-space.js';
import { KiB, millisecond, second } from '../../../../sim/units.js';
import { FileOp } from '../../../../traces/files/file-operation.js';
import { FileBench } from './bench.js';
import { TinyLayout } from './tiny-layout.js';

/** Has a transaction close that waits for a writer of `file`, which waits for the bitmap to be read: whoever comes now has to wait. */
const closing = (bench: FileBench, file: number, created: number): void => {
  bench.perform({ op: FileOp.CREATE, file: created });
  bench.fs.memory.forget(1);
  bench.submit({ op: FileOp.WRITE, file, offset: 0, bytes: 4 * KiB });
  bench.submit({ op: FileOp.FSYNC, file: created });
};

describe('the journal', () => {
  it('makes room for those who came as there was some and the running transaction was full', () => {
    const bench = new FileBench({}, new TinyLayout(10_000, 32));
    const create = (i: number): unknown => bench.perform({ op: FileOp.CREATE, file: 1 + 32 * (i % 8) + (i >> 3) });
    for (let inodeBlock = 2; inodeBlock < 10; inodeBlock++) bench.fs.memory.read(inodeBlock);
    for (let i = 0; i < 5; i++) {
      create(i);
      bench.perform({ op: FileOp.FSYNC, file: 1 + 32 * i });
    }
    // 15 of 31 blocks are in use; a transaction of 5 changed blocks takes 7 more while another one fills up.
    for (let i = 8; i < 13; i++) create(i);
    bench.submit({ op: FileOp.FSYNC, file: 2 });
    for (let i = 16; i < 24; i++) create(i);
    expect(create(24)).to.be.below(20 * millisecond);
    bench.kernel.run();
    bench.fs.checkConservation();
  });

  it('commits the data of a file whose removal waits for that commit', () => {
    const bench = new FileBench({}, new TinyLayout(10_000, 256));
    for (const file of [1, 2]) bench.perform({ op: FileOp.CREATE, file });
    bench.perform({ op: FileOp.WRITE, file: 2, bytes: 8 * KiB });
    bench.seen();
    closing(bench, 1, 3);
    bench.perform({ op: FileOp.UNLINK, file: 2 });
    const words = bench.seen();
    // File 2 lies at 266, file 1 behind it; the journal begins at 10.
    expect(words.indexOf('write 266+3')).to.be.within(0, words.indexOf('write 11+3') - 1);
    bench.kernel.run();
    expect(bench.fs.counters()['dirty pages forgotten']).to.equal(0);
  });

  it('has no room for a transaction where the one that commits will take it', () => {
    const space = new JournalSpace(1024, 4 * KiB);
    space.take(1, 700);
    expect(space.hasRoom).to.equal(true);
    space.promise(2, 258);
    expect(space.hasRoom).to.equal(false);
    space.take(2, 257);
    space.take(2, 1);
    space.freeBefore(2);
    expect([space.hasRoom, space.used, space.promised]).to.deep.equal([true, 258, 0]);
  });

  it('knows how much each transaction took, be they as many as it has blocks', () => {
    const space = new JournalSpace(100_000, KiB);
    for (let transaction = 1; transaction <= 90_000; transaction++) {
      space.promise(transaction, 1);
      space.take(transaction, 1);
    }
    expect(space.used).to.equal(90_000);
    space.freeBefore(10_001);
    expect(space.used).to.equal(80_000);
    space.freeBefore(90_001);
    expect(space.used).to.equal(0);
  });

  it('is never written over what is not at its place, round its end many times', () => {
    const journalBlocks = 64;
    const bench = new FileBench({}, new TinyLayout(10_000, journalBlocks));
    for (let i = 0; i < 400; i++) {
      bench.perform({ op: FileOp.CREATE, file: 1 + 32 * (i % 8) + (i >> 3) });
      bench.perform({ op: FileOp.FSYNC, file: 1 + 32 * (i % 8) + (i >> 3) });
    }
    let used = 0;
    let at = 11;
    let rounds = 0;
    for (const word of bench.seen()) {
      const [kind, place] = word.split(' ');
      const [block, blocks] = place!.split('+').map(Number);
      if (kind !== 'write' || block! < 10 || block! >= 10 + journalBlocks) continue;
      if (block === 10) {
        used = 0;
        continue;
      }
      expect(block).to.equal(at);
      at = block! + blocks!;
      used += blocks!;
      expect(used).to.be.below(2 * journalBlocks);
      if (at === 10 + journalBlocks) {
        at = 11;
        rounds += 1;
      }
    }
    expect(rounds).to.be.above(15);
    bench.kernel.run(bench.kernel.now + 100 * second);
    expect(bench.fs.dirtyBytes()).to.equal(0);
  });
});
