import { expect } from 'chai';
import { makeNas } from '../../../experiments/run/nas.js';
import { setupOf, World } from '../../../experiments/run/world.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { Disk } from '../../../models/devices/disk.js';
import { HostIo } from '../../../models/io/host-io.js';
import { Op } from '../../../models/io/image-format.js';
import { Kernel } from '../../../sim/kernel.js';
import { MiB } from '../../../sim/units.js';
import { diskFileOf } from '../../support/disks.js';

const template = fvd.backingImage.value;

/** Bytes a second that each of `hosts` gets of the template, each reading all of it in sequence at the same time; in a first and a second pass. */
function passes(hosts: number, testbed = fvd): readonly number[] {
  const kernel = new Kernel();
  const nas = makeNas(kernel, testbed, new Disk(kernel, diskFileOf(fvd).parameters), [template], hosts);
  return [0, 1].map(() => {
    const start = kernel.now;
    for (let host = 0; host < hosts; host++) {
      const device = nas.device(host, 0);
      const io = new HostIo({
        ioDone: () => {
          io.sector += io.sectors;
          if (io.sector + io.sectors <= device.capacity) device.submit(io);
        },
      });
      io.sectors = 2048;
      device.submit(io);
    }
    kernel.run();
    return template / ((kernel.now - start) / 1e9);
  });
}

describe('the server of a test-bed', () => {
  it('reads the template at the rate of its drive first, and at that of the wire when it is in memory', () => {
    const [first, second] = passes(1);
    expect(first).to.be.within(25e6, 75e6);
    expect(second).to.be.within(90e6, 117.5e6);
  });

  it('answers more slowly where the test-bed lets a client have few small calls out', () => {
    const [usual, fewCalls] = [{}, { 'nfs.transfer': 32 * 1024, 'nfs.calls': 1 }].map((changes) => passes(1, withChanges(fvd, changes)));
    expect(fewCalls![1]).to.be.below(0.95 * usual![1]!);
  });

  it('divides its link between hosts that read from memory', () => {
    const [, four] = passes(4);
    expect(four! * 4).to.be.within(110e6, 118e6);
  });

  it('serves what an overlay reads from below', () => {
    const world = new World({ ...setupOf(fvd, 'fvd-paper'), backingBytes: template });
    const times: number[] = [];
    world.disk.whenDone((_, latency) => void times.push(latency));
    for (let pass = 0; pass < 2; pass++) {
      world.disk.submit(Op.READ, 100 * MiB, 65536, world.kernel.now);
      world.kernel.run();
    }
    // The second read: 64 KiB on the wire, calls, and the virtual device, without a drive.
    expect(times[0]! - times[1]!).to.be.above(3e6);
    expect(times[1]).to.be.within(0.9e6, 1.3e6);
  });
});
