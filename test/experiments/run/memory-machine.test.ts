import { expect } from 'chai';
import { MemoryMachine, memorySetupOf } from '../../../experiments/run/memory-machine.js';
import { consnap } from '../../../experiments/testbeds/consnap.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { pagesSaved } from '../../../models/memory/epoch-record.js';
import { Epochs } from '../../../models/memory/epochs.js';
import { memoryMethods } from '../../../models/memory/index.js';
import { InputError } from '../../../sim/errors.js';
import { spawn } from '../../../sim/process.js';
import { second } from '../../../sim/units.js';
import type { MemoryWorkload } from '../../../traces/memory/guest-step.js';
import { memoryWorkloads } from '../../../traces/memory/generated/index.js';

const workload = (name: string, options: Readonly<Record<string, unknown>> = {}): MemoryWorkload =>
  memoryWorkloads.get(name, 'test').make(options, 1, 'test');

/** MB that are written for the first time in so many seconds from the fifth on. */
function dirtied(name: string, seconds: number): number {
  const machine = new MemoryMachine(memorySetupOf(consnap, 'consnap'), workload(name));
  machine.machine.start();
  machine.kernel.run(5 * second);
  machine.machine.tracker.startLog(machine.host.charges);
  machine.kernel.run((5 + seconds) * second);
  return (machine.machine.tracker.dirty.count * 4096) / 1e6;
}

describe('memory snapshots on the test-bed of ConSnap', () => {
  for (const method of memoryMethods.names) {
    it(`save every page of a guest of 2 GB that is compiled in, as it was at the snapshot's instant: ${method}`, () => {
      const setup = { ...memorySetupOf(consnap, method), verifies: true };
      const { host } = new MemoryMachine(setup, workload('compilation')).run(
        { first: 10 * second, interval: second, count: 1, fullFrom: 0 },
        200 * second,
      );
      expect(pagesSaved(host.records[0]!)).to.be.at.least(524_288);
      const restored = host.images[0]!.restored();
      expect(restored.every((version, page) => version === host.references[0]![page])).to.equal(true);
    });
  }

  it('dirty pages as the paper describes: IOzone above 80 MB/s, FTP in proportion, compilation and memcached level off', () => {
    expect(dirtied('iozone', 1)).to.be.greaterThan(80);
    expect(dirtied('ftp', 20) / dirtied('ftp', 2)).to.be.within(8, 11);
    for (const name of ['compilation', 'memcached']) expect(dirtied(name, 1)).to.be.greaterThan((1.5 * dirtied(name, 20)) / 20);
    for (const name of ['idle', 'media-player']) expect(dirtied(name, 2)).to.be.below(10);
    expect(dirtied('memcached', 2)).to.be.greaterThan(dirtied('ftp', 2));
  });

  it('are the same in every run', () => {
    const records = (): string =>
      JSON.stringify(
        new MemoryMachine(memorySetupOf(consnap, 'consnap'), workload('compilation')).run(
          { first: second, interval: 2 * second, count: 20, fullFrom: Infinity },
          100 * second,
        ).host.records,
      );
    expect(records()).to.equal(records());
  });

  it('flush no faster than the guest leaves of the bandwidth, over any second', () => {
    const { host, file, kernel } = new MemoryMachine(memorySetupOf(consnap, 'consnap'), workload('idle'));
    const machine = host.machine;
    const method = memoryMethods.get('consnap', 'test').make(host, {}, 'test');
    machine.start();
    spawn(kernel, new Epochs(host, method, { first: 0, interval: second, count: 1, fullFrom: 0 }).run());
    let before = 0;
    for (let i = 1; i <= 20; i++) {
      kernel.run(i * second);
      // A slice of 1 MiB may end just within the second.
      expect(file.written - before).to.be.at.most(60e6 + 2 ** 20);
      before = file.written;
    }
    expect(before).to.be.greaterThan(20 * 55e6);
  });

  it('take a guest of 64 GB', function () {
    this.timeout(120_000);
    const before = process.memoryUsage().rss;
    const { host } = new MemoryMachine(memorySetupOf(consnap, 'consnap', 'none'), workload('memcached', { memory: '64GiB' })).run(
      { first: second, interval: second, count: 1, fullFrom: 0 },
      2000 * second,
    );
    expect(host.images[0]!.size).to.equal(16_777_216);
    expect(process.memoryUsage().rss - before).to.be.below(4e9);
  });

  it('refuse a test-bed that says nothing of memory', () => {
    expect(() => new MemoryMachine(memorySetupOf(fvd, 'consnap'), workload('idle'))).to.throw(InputError, 'the costs of memory snapshots');
  });
});
