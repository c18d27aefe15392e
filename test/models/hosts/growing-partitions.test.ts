import { expect } from 'chai';
import { GrowingPartitions } from '../../../models/hosts/growing-partitions.js';
import { HostIo, Part, type Device } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { InputError } from '../../../sim/errors.js';
import { Kernel } from '../../../sim/kernel.js';
import { MiB, sectorBytes } from '../../../sim/units.js';

const inMiB = MiB / sectorBytes;

/** Takes a nanosecond a sector, and notes where I/Os go, in MiB. */
class Noting implements Device {
  readonly places: string[] = [];

  constructor(
    private readonly kernel: Kernel,
    readonly capacity: number,
  ) {}

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    this.places.push(`${io.sector / inMiB}+${io.sectors / inMiB}`);
    const { sectors } = io;
    this.kernel
      .timer(() => {
        io.spent.fill(0);
        io.spent[Part.TRANSFER] = sectors;
        io.seekCylinders = 1;
        io.owner.ioDone(io);
      })
      .start(sectors);
  }

  busyTime = (): number => 0;
}

/** Two files: one of 1 MiB, one with the rest of the drive that takes up `bytesOfLast`. */
function rig(capacityMiB: number, bytesOfLast: number) {
  const kernel = new Kernel();
  const device = new Noting(kernel, capacityMiB * inMiB);
  const last = { device, firstSector: inMiB, sectors: (capacityMiB - 1) * inMiB };
  const host = new GrowingPartitions(kernel, [{ device, firstSector: 0, sectors: inMiB }, last], device, last, () => bytesOfLast);
  const done: HostIo[] = [];
  const io = (file: number, offset: number, bytes: number): HostIo => {
    const one = new HostIo({ ioDone: (finished) => void done.push(finished) });
    one.kind = Kind.WRITE;
    one.file = file;
    one.offset = offset;
    one.bytes = bytes;
    host.submit(one);
    kernel.run();
    return one;
  };
  return { device, done, io };
}

describe('partitions that grow', () => {
  it('give the last file all that is left, until another needs room', () => {
    const { device, io } = rig(1000, 10 * MiB);
    io(1, 500 * MiB, MiB);
    io(2, 0, MiB);
    io(2, 5 * MiB, MiB);
    io(1, 9 * MiB, MiB);
    io(1, 128 * MiB, MiB);
    io(3, 64 * MiB, MiB);
    expect(device.places, 'the shared room begins behind 11 MiB').to.deep.equal(['501+1', '11+1', '12+1', '10+1', '13+1', '14+1']);
  });

  it('let a file outgrow its partition', () => {
    const { device, io, done } = rig(1000, 10 * MiB);
    const one = io(0, 0.5 * MiB, MiB);
    expect(device.places).to.deep.equal(['0.5+0.5', '11+0.5']);
    expect(done, 'once, when both pieces are done').to.deep.equal([one]);
    expect(one.spent[Part.TRANSFER]).to.equal(inMiB / 2);
    expect(one.seekCylinders).to.equal(2);
  });

  it('carry out in one piece what lies in adjacent extents', () => {
    const { device, io } = rig(1000, 10 * MiB);
    io(2, 0, MiB);
    io(2, MiB, MiB);
    io(2, 0.5 * MiB, MiB);
    expect(device.places[2]).to.equal('11.5+1');
  });

  it('refuse what the drive has no room for', () => {
    const { io } = rig(12, 10 * MiB);
    io(2, 0, MiB);
    expect(() => io(2, MiB, MiB)).to.throw(InputError, 'fewer snapshots');
  });
});
