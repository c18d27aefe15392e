import { expect } from 'chai';
import { setupOf, World } from '../../../experiments/run/world.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { Ssd } from '../../../models/devices/ssd/ssd.js';
import { PartitionDevice } from '../../../models/devices/partition.js';
import { RawPartitions } from '../../../models/hosts/raw-partition.js';
import { HostIo, type Device } from '../../../models/io/host-io.js';
import { Op } from '../../../models/io/image-format.js';
import { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { GiB, KiB, MiB } from '../../../sim/units.js';

/** What a device is handed of one I/O on a file; null where it is handed nothing. The I/O is done in any case. */
function handed(takesPunch: boolean, kind: Kind, offset: number, bytes: number): readonly [sector: number, sectors: number] | null {
  const kernel = new Kernel();
  let seen: readonly [number, number] | null = null;
  const device: Device = {
    capacity: 10_000,
    takesPunch,
    busyTime: () => 0,
    submit(io) {
      seen = [io.sector, io.sectors];
      kernel.timer(() => io.owner.ioDone(io)).start(1);
    },
  };
  let isDone = false;
  const host = new RawPartitions(kernel, [{ device: new PartitionDevice(device, 1000, 5000), firstSector: 100, sectors: 800 }]);
  host.submit(Object.assign(new HostIo({ ioDone: () => void (isDone = true) }), { kind, file: 0, offset, bytes }));
  kernel.run();
  expect(isDone).to.equal(true);
  return seen;
}

describe('files on raw partitions', () => {
  it('lie where the partition does', () => {
    expect(handed(false, Kind.READ, 512, 1024)).to.deep.equal([1101, 2]);
    expect(() => handed(false, Kind.READ, 800 * 512, 512)).to.throw(/stays within the drive/);
  });

  it('hand what is punched to a drive that takes it, whole sectors and no more, and to no other', () => {
    expect(handed(true, Kind.PUNCH, 100, 4096)).to.deep.equal([1101, 7]);
    expect(handed(true, Kind.PUNCH, 100, 500)).to.equal(null);
    expect(handed(true, Kind.PUNCH, 700 * 512, 200 * 512)).to.equal(null);
    expect(handed(false, Kind.PUNCH, 0, 4096)).to.equal(null);
    expect(handed(true, Kind.ALLOCATE, 0, 4096)).to.equal(null);
  });

  it("bring a guest's discards to the flash below", () => {
    const setup = setupOf(withChanges(fvd, { drive: 'ssd' }), 'raw');
    const world = new World({ ...setup, options: { release: '7.2' }, diskBytes: GiB });
    world.disk.submit(Op.DISCARD, MiB, 64 * KiB, 0);
    world.kernel.run();
    if (!(world.device instanceof Ssd)) throw new Error('the drive is no flash');
    const { map } = world.device;
    const unit = (setup.partitionStart + MiB) / (4 * KiB);
    expect([unit - 1, unit, unit + 15, unit + 16].map((at) => map.placeOf(at) >= 0)).to.deep.equal([true, false, false, true]);
    world.checkConservation();
  });
});
