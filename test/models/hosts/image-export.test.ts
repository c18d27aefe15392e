import { expect } from 'chai';
import { worldWith } from '../directions/loads.js';
import { FileRequest } from '../../../models/filesystems/file-system.js';
import { ImageExport } from '../../../models/hosts/image-export.js';
import { Op } from '../../../models/io/image-format.js';
import { GiB, MiB } from '../../../sim/units.js';
import { FileOp } from '../../../traces/files/file-operation.js';

function make(format: string) {
  const world = worldWith({ format, diskBytes: GiB, slots: 2 });
  const { kernel, disk } = world;
  const files = new ImageExport(kernel, disk, GiB);
  const done: number[] = [];
  const ask = (op: FileOp, offset: number, bytes: number, synchronous = false): FileRequest => {
    const request = new FileRequest({ fileDone: (one) => void done.push(one.offset) });
    Object.assign(request, { op, offset, bytes, synchronous });
    files.submit(request);
    return request;
  };
  return { world, files, done, ask };
}

describe('the disk of an image as a file', () => {
  it('moves whole sectors, and ends a synchronous write with a flush', () => {
    const { world, ask, done, files } = make('raw');
    const request = ask(FileOp.WRITE, 1000, 100, true);
    world.kernel.run();
    expect(done).to.deep.equal([1000]);
    expect([world.disk.traffic.bytesWritten, world.disk.traffic.flushes]).to.deep.equal([1024, 1]);
    expect(request.spent.reduce((a, b) => a + b)).to.equal(world.kernel.now);
    expect(files.size()).to.equal(GiB);
    ask(FileOp.WRITE, 4096, 4096);
    ask(FileOp.FDATASYNC, 0, 0);
    world.kernel.run();
    expect(world.disk.traffic.flushes).to.equal(2);
  });

  it('lets requests wait where the image has no room, and during a snapshot', () => {
    const { world, files, ask, done } = make('zfs');
    for (let i = 0; i < 5; i++) ask(FileOp.WRITE, i * MiB, 4096);
    expect(world.disk.inFlight).to.equal(2);
    world.kernel.run();
    expect([...done].sort((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4].map((i) => i * MiB));
    world.disk.operate({ op: Op.SNAPSHOT, snapshot: 's', askedAt: 0, begunAt: 0, done: () => files.admit() });
    ask(FileOp.READ, 0, 4096);
    expect(world.disk.inFlight).to.equal(1);
    world.kernel.run();
    expect(done).to.have.length(6);
  });

  it('refuses what a disk cannot do', () => {
    const { ask } = make('raw');
    expect(() => ask(FileOp.UNLINK, 0, 0)).to.throw('an exported disk takes no operation');
  });
});
