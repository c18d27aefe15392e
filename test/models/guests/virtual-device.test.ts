import { expect } from 'chai';
import { Processors } from '../../../models/guests/processors.js';
import { deviceInterfaces, VirtualDevice } from '../../../models/guests/virtual-device.js';
import { formats } from '../../../models/formats/index.js';
import { HostIo, type Host } from '../../../models/io/host-io.js';
import { Op } from '../../../models/io/image-format.js';
import { Kind } from '../../../models/io/plan.js';
import { carryOut } from '../../../models/io/untimed.js';
import { VirtualDisk } from '../../../models/io/virtual-disk.js';
import { Kernel } from '../../../sim/kernel.js';
import { defaults } from '../../../sim/options.js';
import { KiB, MiB, sectorBytes } from '../../../sim/units.js';

const ioTime = 1000;

/** Does every I/O in the same time, all at once. */
class WideHost implements Host {
  constructor(private readonly kernel: Kernel) {}

  submit(io: HostIo): void {
    io.submitted = this.kernel.now;
    io.spent.fill(0);
    io.spent[3] = ioTime;
    this.kernel.timer(() => io.owner.ioDone(io)).start(ioTime);
  }
}

/** A guest's disk of a format, and a log of when each I/O was done. */
function makeStack(format: string, deviceInterface: string, processorCount = 1) {
  const kernel = new Kernel();
  const model = formats.get(format, 'test');
  const image = model.make({ diskBytes: 64 * MiB, cache: 'none', slots: 16, backing: null }, defaults(model.options));
  carryOut(image, Op.CREATE);
  carryOut(image, Op.OPEN);
  const disk = new VirtualDisk(kernel, image, new WideHost(kernel), { slots: 16, requestOverhead: 0 });
  const processors = new Processors(kernel, processorCount);
  const device = new VirtualDevice(kernel, disk, (64 * MiB) / sectorBytes, processors, {
    interface: deviceInterfaces.get(deviceInterface, 'test'),
    exitTime: 10,
    driverTime: 5,
  });
  const log: number[] = [];
  const owner = {
    ioDone(io: HostIo) {
      expect(io.spent.reduce((sum, part) => sum + part, 0)).equal(kernel.now - io.submitted);
      log.push(kernel.now);
    },
  };
  const write = (offset: number, bytes: number): void => {
    const io = new HostIo(owner);
    io.kind = Kind.WRITE;
    io.sector = offset / sectorBytes;
    io.sectors = bytes / sectorBytes;
    device.submit(io);
  };
  return { kernel, processors, write, log, device };
}

describe('virtual device', () => {
  it('virtio: requests exit one after another and are carried out together', () => {
    const { kernel, processors, write, log, device } = makeStack('raw', 'virtio');
    for (let i = 0; i < 3; i++) write(i * MiB, 4 * KiB);
    kernel.run();
    // One exit and the driver: 15; two exits and the driver at completion: 25, behind one another.
    expect(log).eql([15 + ioTime + 25, 15 + ioTime + 50, 15 + ioTime + 75]);
    expect(processors.busyTime()).equal(3 * 15 + 3 * 25);
    expect(device.busyTime()).equal(log[2]);
  });

  it('IDE: one request in flight, many exits each', () => {
    const { kernel, write, log } = makeStack('raw', 'ide');
    for (let i = 0; i < 3; i++) write(i * MiB, 4 * KiB);
    kernel.run();
    const each = 14 * 10 + 5 + ioTime + 5 * 10 + 5;
    expect(log).eql([each, 2 * each, 3 * each]);
  });

  it('the processor that exits stands still while the format does blocking I/O, and another does not', () => {
    const { kernel, processors, write } = makeStack('qcow2-0.12', 'virtio');
    write(0, 4 * KiB);
    kernel.run();
    const stalled = processors.busyTime() - 15 - 25;
    expect(stalled).greaterThan(0);
    expect(stalled % ioTime).equal(0);
  });
});
