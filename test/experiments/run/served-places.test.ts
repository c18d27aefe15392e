import { expect } from 'chai';
import { distanceEdges, ServedPlaces } from '../../../experiments/run/served-places.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { Disk } from '../../../models/devices/disk.js';
import { elevator } from '../../../models/devices/schedulers/elevator.js';
import { HostIo } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';
import { diskFileOf } from '../../support/disks.js';

const first = 10_000;
const size = 100_000;

function served(...sectors: readonly number[]): ServedPlaces {
  const places = new ServedPlaces(first, size);
  for (const sector of sectors) {
    const io = new HostIo({ ioDone: () => undefined });
    Object.assign(io, { kind: Kind.WRITE, sector, sectors: 8 });
    places.served(io);
  }
  return places;
}

describe('the places that a drive serves', () => {
  it('are counted by hundredths of the partition; what lies beside it counts as at its ends', () => {
    const { byPlace, ios, sectors } = served(first + 50_000, first + 50_999, first + 51_000, 0, first + 2 * size).take();
    expect([byPlace[50], byPlace[51], byPlace[0], byPlace[99]]).to.deep.equal([2, 1, 1, 1]);
    expect([ios, sectors]).to.deep.equal([5, 40]);
  });

  it('are as far apart as their first sectors, in shares of the partition', () => {
    const { meanDistance, byDistance } = served(first, first + 30_000, first + 10_000).take();
    expect(meanDistance).to.be.closeTo((0 + 0.3 + 0.2) / 3, 1e-12);
    const bin = (distance: number): number => distanceEdges.findIndex((edge) => edge >= distance);
    expect([byDistance[0], byDistance[bin(0.3)], byDistance[bin(0.2)]]).to.deep.equal([1, 1, 1]);
  });

  it('start from nothing after they were taken, but for the place of the last one', () => {
    const places = served(first + 40_000);
    places.take();
    expect(places.take()).to.include({ ios: 0, sectors: 0, meanDistance: 0 });
  });

  it('come in the order of service, not of arrival', () => {
    const kernel = new Kernel();
    const disk = new Disk(kernel, diskFileOf(fvd).parameters, { scheduler: elevator.make(), queueDepth: 1 });
    const order: number[] = [];
    disk.observe({ served: (io) => void order.push(io.sector) });
    for (const sector of [500_000, 900_000, 600_000]) {
      const io = new HostIo({ ioDone: () => undefined });
      Object.assign(io, { kind: Kind.WRITE, sector, sectors: 8 });
      disk.submit(io);
    }
    kernel.run();
    expect(order).to.deep.equal([500_000, 600_000, 900_000]);
  });
});
