import { expect } from 'chai';
import { Kind } from '../../../../models/io/plan.js';
import { KiB, millisecond, second } from '../../../../sim/units.js';
import { FileOp } from '../../../../traces/files/file-operation.js';
import { FileBench, type Operation } from './bench.js';

/** With file 1 of so many bytes, all of it on the device, and nothing under way. */
const withFile = (bench: FileBench, bytes: number): FileBench => {
  bench.perform({ op: FileOp.CREATE });
  bench.perform({ op: FileOp.WRITE, bytes });
  bench.kernel.run();
  bench.seen();
  return bench;
};
const submitAfter = (bench: FileBench, time: number, operation: Operation): void => {
  bench.kernel.timer(() => bench.submit(operation)).start(time);
};

describe('operations that overlap on a mounted file system', () => {
  it('have no more writes of pages under way than the queue of the device takes', () => {
    const bench = withFile(new FileBench({ requestLimit: 4, data: 'writeback' }), 256 * KiB);
    for (let page = 0; page < 64; page += 2) bench.perform({ op: FileOp.WRITE, offset: page * 4096, bytes: 4096 });
    bench.seen();
    bench.perform({ op: FileOp.FDATASYNC });
    const together = new Map<number, number>();
    for (const { at, kind } of bench.device.seen) if (kind === Kind.WRITE) together.set(at, (together.get(at) ?? 0) + 1);
    expect(bench.device.seen.length).to.equal(32);
    expect(Math.max(...together.values())).to.equal(4);
  });

  it('go on one after another where they need a file alone, who comes late as well', () => {
    const bench = withFile(new FileBench(), 64 * KiB);
    bench.perform({ op: FileOp.WRITE, bytes: 4096, direct: true });
    const start = bench.kernel.now;
    for (const offset of [0, 8192]) bench.submit({ op: FileOp.WRITE, offset, bytes: 4096, direct: true });
    submitAfter(bench, 1.5 * millisecond, { op: FileOp.WRITE, offset: 16_384, bytes: 4096, direct: true });
    bench.kernel.run(start + second / 2);
    expect(bench.done.slice(-3).map(({ at }) => Math.floor((at - start) / millisecond))).to.deep.equal([1, 2, 3]);
  });

  it('make a page durable that was changed again on its way', () => {
    const bench = withFile(new FileBench({ data: 'writeback' }), 16 * KiB);
    bench.perform({ op: FileOp.WRITE, bytes: 4096 });
    const start = bench.kernel.now;
    bench.submit({ op: FileOp.FDATASYNC });
    submitAfter(bench, millisecond / 4, { op: FileOp.WRITE, bytes: 4096 });
    submitAfter(bench, millisecond / 2, { op: FileOp.FDATASYNC });
    bench.kernel.run(start + 10 * millisecond);
    expect(bench.seen()).to.deep.equal(['write 74+1', 'write 74+1']);
    expect(bench.done[bench.done.length - 1]!.at - start).to.be.within(2 * millisecond, 2.1 * millisecond);
  });

  it('read nothing of a file that was cut while its map came into memory', () => {
    const bench = withFile(new FileBench({ accessTimes: false }), 256 * KiB);
    bench.fs.dropPages(1, 0, 256 * KiB);
    // The indirect block.
    bench.fs.memory.forget(78);
    bench.submit({ op: FileOp.READ, bytes: 256 * KiB });
    bench.submit({ op: FileOp.TRUNCATE, offset: 0 });
    bench.kernel.run(bench.kernel.now + second);
    expect(bench.seen()).to.deep.equal(['read 78+1']);
  });
});
