import { expect } from 'chai';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { nvmeTlc1tb } from '../../../experiments/testbeds/drives/nvme-tlc-1tb.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { Disk } from '../../../models/devices/disk.js';
import { Ssd } from '../../../models/devices/ssd/ssd.js';
import { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { GiB, KiB, MiB } from '../../../sim/units.js';
import { diskFileOf } from '../../support/disks.js';
import { setupOf, World, type Setup } from '../../../experiments/run/world.js';
import { loaded, onDevices, worldWith } from './loads.js';

/** Random reads over all of a drive of the FVD blades with some parameters moved. */
function onDrive(changes: Record<string, number>): number {
  const kernel = new Kernel();
  const disk = new Disk(kernel, diskFileOf(withChanges(fvd, changes)).parameters);
  return onDevices(kernel, [disk], Kind.READ, 3000).meanMs;
}

describe('a drive that changes', () => {
  it('with twice the revolutions saves a quarter of the old revolution', () => {
    const saved = onDrive({ 'drive.rpm': 7500 }) - onDrive({ 'drive.rpm': 15_000 });
    // Half a revolution on average: 4 ms against 2 ms; the transfer of 4 KiB is lost in it.
    expect(saved).to.be.within(1.7, 2.3);
  });

  it('with seeks longer by 3 ms takes 3 ms longer for random requests', () => {
    const { seekTrackToTrackMs, seekAverageReadMs, seekAverageWriteMs, seekFullStrokeReadMs } = diskFileOf(fvd).numbers;
    const longer = {
      'drive.seekTrackToTrackMs': seekTrackToTrackMs.value + 3,
      'drive.seekAverageReadMs': seekAverageReadMs.value + 3,
      'drive.seekAverageWriteMs': seekAverageWriteMs.value + 3,
      'drive.seekFullStrokeReadMs': seekFullStrokeReadMs.value + 3,
    };
    expect(onDrive(longer) - onDrive({})).to.be.within(2.6, 3.4);
  });

  it('answers writes from its write cache while it has room, and not before a flush is through', () => {
    const writing = (writeCache: boolean, flushEvery: number) =>
      loaded(worldWith({ writeCache, diskBytes: GiB }), { readPercent: 0, requests: 200, flushEvery });
    expect(writing(true, 0).meanMs).to.be.below(writing(false, 0).meanMs / 3);
    // Every write with a flush behind it: the cache hides nothing of the arm's time.
    const flushed = writing(true, 1).iops / writing(false, 1).iops;
    expect(flushed).to.be.within(0.6, 1.5);
  });

  it('with more commands at once does more of them, each of which waits for the others', () => {
    const alone = loaded(worldWith({ queueDepth: 1, scheduler: 'fcfs' }), { depth: 1 });
    const inOrder = loaded(worldWith({ queueDepth: 1, scheduler: 'fcfs' }), { depth: 16 });
    const queued = loaded(worldWith({ queueDepth: 16, scheduler: 'fcfs' }), { depth: 16 });
    expect(inOrder.iops / alone.iops).to.be.within(0.9, 1.1);
    // The nearest of 16 in turn and cylinder: well over half as much again, but no magic.
    expect(queued.iops / inOrder.iops).to.be.within(1.5, 4);
    expect(inOrder.meanMs / alone.meanMs).to.be.within(14, 17.5);
    expect(queued.meanMs).to.be.within(inOrder.meanMs / 4, inOrder.meanMs / 1.5);
  });

  it('is passed by one of flash by as much as an arm and a spindle take', () => {
    const kernel = new Kernel();
    // The same flash with fewer blocks, so that its map is small.
    const parameters = { ...nvmeTlc1tb.parameters, capacity: (8 * GiB) / 512, pagesPerBlock: 64 };
    const ssd = new Ssd(kernel, parameters);
    onDevices(kernel, [ssd], Kind.WRITE, 2000);
    const flash = onDevices(kernel, [ssd], Kind.READ, 2000).meanMs;
    expect(flash).to.be.within(0.01, 0.2);
    expect(onDrive({}) / flash).to.be.above(30);
  });
});

describe('a machine whose disk becomes one of flash', () => {
  const on = (drive: string, changes: Partial<Setup> = {}) => {
    const testbed = withChanges(fvd, { drive });
    const world = worldWith({ hostOverhead: 0, ...changes }, testbed);
    world.fill(0, world.setup.diskBytes);
    world.reopen();
    return world;
  };

  it('answers random reads a hundred times as soon, and as many at once as there are dies', () => {
    const reading = (drive: string, depth: number) => loaded(on(drive), { depth });
    const [disk, ssd] = [reading('MAY2073RC', 1), reading('ssd', 1)];
    expect(disk.meanMs / ssd.meanMs).to.be.within(50, 200);
    expect(reading('MAY2073RC', 16).iops / disk.iops).to.be.below(3);
    expect(reading('ssd', 16).iops / ssd.iops).to.be.above(6);
    // An older one of the papers' years lies between.
    expect(reading('SATA-MLC-160GB', 1).meanMs).to.be.within(ssd.meanMs, disk.meanMs / 20);
  });

  it('answers writes from its buffer, and at a flush programs what stands there', () => {
    const writing = (drive: string, flushEvery: number) => loaded(on(drive), { readPercent: 0, requests: 400, flushEvery }).iops;
    expect(writing('ssd', 0)).to.be.above(20 * writing('ssd', 1));
    expect(writing('ssd', 1)).to.be.above(3 * writing('MAY2073RC', 1));
  });

  it('leaves less between formats that differ in how far the arm moves, and as much between those that differ in requests', () => {
    // QCOW2's first writes read and write tables on their way; on flash these are short, but they are still one after another.
    const first = (drive: string, format: string) => {
      const world = new World({ ...setupOf(withChanges(fvd, { drive }), format), diskBytes: 4 * GiB, requestOverhead: 0 });
      return loaded(world, { readPercent: 0, requests: 400, bytes: 64 * KiB }).iops;
    };
    const ratio = (drive: string) => first(drive, 'raw') / first(drive, 'qcow2-0.12');
    const [disk, ssd] = [ratio('MAY2073RC'), ratio('ssd')];
    expect(disk).to.be.above(1.5);
    expect(ssd).to.be.above(1.2);
  });

  it('refuses to sort its requests', () => {
    expect(() => on('ssd', { scheduler: 'elevator' })).to.throw(/--scheduler.*elevator.*fcfs/);
  });
});

describe('a disk that grows', () => {
  it('has longer seeks between random requests', () => {
    const reading = (diskBytes: number): number => loaded(worldWith({ diskBytes })).meanMs;
    const [small, middle, large] = [reading(256 * MiB), reading(4 * GiB), reading(48 * GiB)];
    expect(middle - small).to.be.above(0.2);
    expect(large - middle).to.be.above(0.5);
    // No more than an average seek over all of the drive.
    expect(large - small).to.be.below(diskFileOf(fvd).numbers.seekAverageReadMs.value);
  });
});
