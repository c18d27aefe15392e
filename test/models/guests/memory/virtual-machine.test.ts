import { expect } from 'chai';
import { memoryMethods } from '../../../../models/memory/index.js';
import { microsecond, millisecond } from '../../../../sim/units.js';
import type { GuestStep, MemoryWorkload } from '../../../../traces/memory/guest-step.js';
import { DiskUse } from '../../../../traces/memory/guest-step.js';
import { PageRuns } from '../../../../traces/memory/page-runs.js';
import { MemoryWorld } from '../../../conformance/memory-world.js';

/** Steps that are written down. */
class Scripted implements MemoryWorkload {
  readonly pages = 1000;
  readonly resident = new PageRuns();
  private at = 0;

  constructor(private readonly steps: readonly ((step: GuestStep) => void)[]) {}

  next(step: GuestStep): boolean {
    const fill = this.steps[this.at++];
    if (fill === undefined) return false;
    fill(step);
    return true;
  }

  close(): void {}
}

const compute =
  (time: number, page = 0, count = 1) =>
  (step: GuestStep): void => {
    step.processorTime = time;
    step.writes.add(page, count);
  };

const alone = (steps: readonly ((step: GuestStep) => void)[]): MemoryWorld => {
  const world = new MemoryWorld(new Scripted(steps));
  world.machine.start();
  world.kernel.run();
  return world;
};

const releaseAt = ({ kernel, machine }: MemoryWorld, at: number): void => kernel.timer(() => machine.releaseDevices()).startAt(at);

describe('a guest at work', () => {
  it('takes as long as its steps where nobody disturbs it', () => {
    const { machine } = alone([compute(3 * millisecond), compute(4 * millisecond)]);
    expect([machine.finished, machine.progress]).to.deep.equal([7 * millisecond, 7 * millisecond]);
    expect(machine.memory.version(0)).to.equal(2);
  });

  it('waits for its own clock, and for the disk where its program does', () => {
    const wait = (step: GuestStep): void => {
      step.notBefore = 10 * millisecond;
      step.processorTime = millisecond;
      step.disk = DiskUse.READ;
      step.bytes = 100_000;
      step.waits = true;
      step.filled.add(500, 25);
    };
    const { machine } = alone([compute(millisecond), wait]);
    // 0.1 ms and 196 sectors at 100 MB/s.
    expect(machine.finished).to.equal(11 * millisecond + 100 * microsecond + 196 * 5120);
    expect([machine.memory.version(500), machine.memory.version(524), machine.memory.version(525)]).to.deep.equal([1, 1, 0]);
  });

  it('waits for its link when the window is full', () => {
    const send = (step: GuestStep): void => {
      step.sent = 1_000_000;
    };
    const { machine } = alone([send, send]);
    // 2 MB at 100 MB/s, less the window of 64 KiB that is still under way.
    expect(machine.finished).to.be.closeTo(20 * millisecond - 655_360, 2);
  });

  it('computes on while its devices are held, and waits for them where it needs one', () => {
    const read = (step: GuestStep): void => {
      step.processorTime = 2 * millisecond;
      step.disk = DiskUse.READ;
      step.bytes = 4096;
      step.waits = true;
      step.filled.add(500, 1);
    };
    const world = new MemoryWorld(new Scripted([compute(4 * millisecond), read]));
    world.machine.holdDevices();
    world.machine.start();
    releaseAt(world, 20 * millisecond);
    world.kernel.run(19 * millisecond);
    expect([world.machine.progress, world.machine.finished]).to.deep.equal([6 * millisecond, null]);
    world.kernel.run();
    expect(world.machine.finished).to.be.within(20 * millisecond, 21 * millisecond);
  });

  it('has what its disk brings when its devices are released, not before', () => {
    const read = (step: GuestStep): void => {
      step.disk = DiskUse.READ;
      step.bytes = 4096;
      step.waits = true;
      step.filled.add(500, 1);
    };
    const world = new MemoryWorld(new Scripted([read]));
    world.machine.start();
    world.kernel.run(50 * microsecond);
    world.machine.holdDevices();
    releaseAt(world, 10 * millisecond);
    world.kernel.run(9 * millisecond);
    expect(world.machine.memory.version(500)).to.equal(0);
    world.kernel.run();
    expect([world.machine.memory.version(500), world.machine.finished]).to.deep.equal([1, 10 * millisecond]);
  });

  it('is slower by faults, and by the time that it is stopped', () => {
    const steps = Array.from({ length: 100 }, (_, i) => compute(millisecond, i * 10, 10));
    const world = new MemoryWorld(new Scripted(steps));
    const method = memoryMethods.get('consnap', 'test').make(world.host, { neighbours: 1 }, 'test');
    world.run(method, { first: 20 * millisecond, interval: millisecond, count: 1, fullFrom: 0 });
    const { machine, host } = world;
    const { lost } = machine;
    expect(lost.stopped).to.equal(host.records[0]!.downtime);
    expect(host.records[0]!.pagesByFault).to.be.greaterThan(0);
    // Each page that faulted and was not saved yet: fault, exit, copy.
    expect(lost.charged).to.equal(
      host.records[0]!.pagesByFault * (2 + 6 + 1) * microsecond +
        (machine.charges.counts[0]! - host.records[0]!.pagesByFault) * 2 * microsecond,
    );
    expect(machine.finished).to.be.closeTo(100 * millisecond + lost.stopped + lost.charged + lost.blocked, 100);
    expect(machine.progress).to.equal(100 * millisecond);
  });
});
