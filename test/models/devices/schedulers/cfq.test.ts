import { expect } from 'chai';
import { Disk } from '../../../../models/devices/disk.js';
import { schedulers } from '../../../../models/devices/schedulers/index.js';
import type { Scheduler } from '../../../../models/devices/schedulers/scheduler.js';
import { HostIo, type IoOwner } from '../../../../models/io/host-io.js';
import { Kind, Mode } from '../../../../models/io/plan.js';
import { Kernel } from '../../../../sim/kernel.js';
import { millisecond } from '../../../../sim/units.js';
import { exampleDrive } from '../example-drive.js';

const process = (): IoOwner => ({ ioDone: (): void => undefined });
const make = (): Scheduler => schedulers.get('cfq', 'test').make();

function io(owner: IoOwner, sector: number, submitted = 0, kind = Kind.READ, mode = Mode.ASYNC): HostIo {
  const made = new HostIo(owner);
  Object.assign(made, { sector, sectors: 8, submitted, kind, mode });
  return made;
}
const writtenBack = (owner: IoOwner, sector: number, submitted = 0): HostIo => io(owner, sector, submitted, Kind.WRITE, Mode.BACKGROUND);

/** Asks for one neighbour after the other, each `think` after the one before was done; answers when the next one is due. */
function readInOrder(scheduler: Scheduler, owner: IoOwner, count: number, think: number): number {
  let now = 0;
  for (let i = 0; i < count; i++) {
    scheduler.add(io(owner, 1000 + 8 * i, now));
    scheduler.done!(scheduler.take(now), now + millisecond);
    now += millisecond + think;
  }
  return now;
}

describe('CFQ', () => {
  it('lets processes have the drive in turn, each for its slice, and each in the order of sectors', () => {
    const scheduler = make();
    const [one, other] = [process(), process()];
    for (const sector of [300_000, 100_000, 200_000]) scheduler.add(io(one, sector));
    for (const sector of [900_000, 700_000, 800_000]) scheduler.add(io(other, sector, 1));
    const taken = [0, 50, 110, 120, 130].map((ms) => scheduler.take(ms * millisecond));
    expect(taken.map(({ sector }) => sector)).to.deep.equal([100_000, 200_000, 700_000, 800_000, 900_000]);
  });

  it('serves what is waited for before what is written back, but does not forget that', () => {
    const scheduler = make();
    const [reader, flusher] = [process(), process()];
    for (let i = 0; i < 40; i++) scheduler.add(writtenBack(flusher, 10_000 + 8 * i));
    expect(scheduler.take(0).kind).to.equal(Kind.WRITE);
    scheduler.add(io(reader, 500, millisecond));
    expect(scheduler.take(millisecond).kind).to.equal(Kind.READ);
    // A reader that never lets go: the writing back has its turn when the reader's slice is over.
    for (let i = 0; i < 400; i++) scheduler.add(io(reader, 600 + 8 * i, 2 * millisecond));
    const kinds = Array.from({ length: 300 }, (_, i) => scheduler.take((2 + i) * millisecond).kind);
    expect(kinds.slice(0, 90)).to.not.include(Kind.WRITE);
    expect(kinds.filter((kind) => kind === Kind.WRITE)).to.have.length.within(16, 40);
  });

  it('begins a slice with the request that has waited past its time, and goes on in the order of sectors', () => {
    const taken = (after: number): number[] => {
      const scheduler = make();
      const [one, other] = [process(), process()];
      scheduler.add(io(one, 500));
      scheduler.take(0);
      for (const sector of [900_000, 600, 700]) scheduler.add(io(other, sector, sector === 900_000 ? 0 : millisecond));
      return [0, 1, 2].map((ms) => scheduler.take(after + ms * millisecond).sector);
    };
    expect(taken(110 * millisecond)).to.deep.equal([600, 700, 900_000]);
    expect(taken(126 * millisecond)).to.deep.equal([900_000, 600, 700]);
  });

  it('ends a slice of the writing back after some requests', () => {
    const scheduler = make();
    const [reader, flusher] = [process(), process()];
    for (let i = 0; i < 40; i++) scheduler.add(io(reader, 500 + 8 * i));
    for (let i = 0; i < 40; i++) scheduler.add(writtenBack(flusher, 10_000 + 8 * i));
    expect(scheduler.take(0).kind).to.equal(Kind.READ);
    const kinds = Array.from({ length: 40 }, () => scheduler.take(101 * millisecond).kind);
    expect(kinds.indexOf(Kind.READ)).to.equal(16);
  });

  it('keeps the drive idle for a process that asks for neighbours, while others wait', () => {
    const scheduler = make();
    const [reader, other] = [process(), process()];
    const now = readInOrder(scheduler, reader, 10, millisecond) - millisecond;
    scheduler.add(writtenBack(other, 50_000, now));
    expect(scheduler.heldUntil!(now)).to.equal(now + 8 * millisecond);
    scheduler.add(io(reader, 1080, now + millisecond));
    expect(scheduler.heldUntil!(now + millisecond)).to.be.at.most(now + millisecond);
    expect(scheduler.take(now + millisecond).owner).to.equal(reader);
  });

  it('does not wait for a process that takes long to ask again', () => {
    const scheduler = make();
    const [reader, other] = [process(), process()];
    const now = readInOrder(scheduler, reader, 10, 20 * millisecond) - 20 * millisecond;
    scheduler.add(writtenBack(other, 50_000, now));
    expect(scheduler.heldUntil!(now)).to.be.at.most(now);
  });

  it('waits less long for a process that seeks', () => {
    const scheduler = make();
    const [reader, other] = [process(), process()];
    let now = 0;
    for (let i = 0; i < 10; i++) {
      scheduler.add(io(reader, (i % 2) * 1_000_000, now));
      scheduler.done!(scheduler.take(now), (now += millisecond));
      if (i < 9) now += millisecond;
    }
    scheduler.add(io(other, 50_000, now));
    expect(scheduler.heldUntil!(now)).to.equal(now + 2 * millisecond);
  });

  it('goes back a little rather than far ahead, and else begins at the lowest', () => {
    const scheduler = make();
    const owner = process();
    scheduler.add(io(owner, 100_000));
    scheduler.take(0);
    for (const sector of [99_000, 150_000, 10]) scheduler.add(io(owner, sector));
    expect([0, 0, 0].map(() => scheduler.take(0).sector)).to.deep.equal([99_000, 150_000, 10]);
  });

  it('leaves a disk idle no longer than it said, and serves all in the end', () => {
    const kernel = new Kernel();
    const disk = new Disk(kernel, exampleDrive, { scheduler: make(), queueDepth: 1 });
    const ends: string[] = [];
    const reader: IoOwner = { ioDone: () => ends.push(`read ${kernel.now}`) };
    const writer: IoOwner = { ioDone: () => ends.push(`written ${kernel.now}`) };
    disk.submit(io(reader, 1000));
    disk.submit(writtenBack(writer, 50_000));
    kernel.run();
    expect(ends.map((end) => end.split(' ')[0])).to.deep.equal(['read', 'written']);
    const [read, written] = ends.map((end) => Number(end.split(' ')[1]));
    expect(written! - read!).to.be.within(8 * millisecond, 40 * millisecond);
    disk.checkConservation();
  });
});
