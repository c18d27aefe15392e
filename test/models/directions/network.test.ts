import { expect } from 'chai';
import { makeNas } from '../../../experiments/run/nas.js';
import { withChanges, type ParameterChanges } from '../../../experiments/testbeds/changes.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { Disk } from '../../../models/devices/disk.js';
import { elevator } from '../../../models/devices/schedulers/elevator.js';
import { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { GiB, MiB, millisecond } from '../../../sim/units.js';
import { diskFileOf } from '../../support/disks.js';
import { onDevices, type Result } from './loads.js';

/** Random reads of `hosts` machines, each of a file of its own; the second pass of reads of a file that fits is from the server's memory. */
function reading(hosts: number, fileBytes: number, changes: ParameterChanges = {}): readonly [Result, Result] {
  const kernel = new Kernel();
  const testbed = withChanges(fvd, changes);
  const disk = new Disk(kernel, diskFileOf(testbed).parameters, { scheduler: elevator.make(), queueDepth: 1 });
  const files = new Array<number>(hosts).fill(fileBytes);
  const nas = makeNas(kernel, testbed, disk, files, hosts);
  const devices = files.map((_, host) => nas.device(host, host));
  const pass = (): Result => onDevices(kernel, devices, Kind.READ, 1000);
  return [pass(), pass()];
}

describe('a server on the network', () => {
  it('answers later by the round trip that the network adds', () => {
    const inMemory = (roundTrip: number): number => reading(1, MiB / 4, { 'network.roundTrip': roundTrip })[1].meanMs;
    const added = inMemory(2.15 * millisecond) - inMemory(0.15 * millisecond);
    expect(added).to.be.within(1.98, 2.02);
  });

  it('divides its drive between the machines: each waits for the others', () => {
    const [one, four, sixteen] = [1, 4, 16].map((hosts) => reading(hosts, 2 * GiB)[0]);
    // Four times as many wait; the files of more machines lie farther apart, and the elevator has more to choose from.
    expect(four!.meanMs / one!.meanMs).to.be.within(3, 5.5);
    expect(sixteen!.meanMs / four!.meanMs).to.be.within(3, 5.5);
    expect(sixteen!.iops).to.be.within(one!.iops * 0.7, one!.iops * 1.5);
  });

  it('serves four machines from its memory with more than twice what one gets: answers share its link, and all else goes side by side', () => {
    const [one, four] = [1, 4].map((hosts) => reading(hosts, MiB / 4)[1]);
    // An answer of 4 KiB is 36 us on the wire; four that leave together take three times as long more, beside calls of a quarter of a millisecond.
    expect(four!.iops / one!.iops).to.be.within(2.2, 4);
    expect(four!.meanMs - one!.meanMs).to.be.within(0.03, 0.036 * 4);
  });
});
