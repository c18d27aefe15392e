import { expect } from 'chai';
import { RemoteDevice } from '../../../models/devices/remote-device.js';
import { HostIo, Part, type Device } from '../../../models/io/host-io.js';
import { Kind } from '../../../models/io/plan.js';
import { Kernel } from '../../../sim/kernel.js';

/** Answers each I/O 1 ms after it comes. */
class FarDevice implements Device {
  readonly capacity = 1e6;
  constructor(private readonly kernel: Kernel) {}
  submit(io: HostIo): void {
    this.kernel
      .timer(() => {
        io.spent.fill(0);
        io.spent[Part.SEEK] = 1e6;
        io.seekCylinders = 7;
        io.owner.ioDone(io);
      })
      .start(1e6);
  }
  busyTime = () => 0;
}

const link = { roundTrip: 100_000, rate: 512e6, slots: 4 }; // a sector takes 1 us

function run(kinds: readonly Kind[]) {
  const kernel = new Kernel();
  const done: number[] = [];
  const device = new RemoteDevice(kernel, new FarDevice(kernel), link);
  const owner = {
    ioDone(io: HostIo) {
      done.push(kernel.now);
      expect(io.spent.reduce((a, b) => a + b)).to.equal(kernel.now - io.submitted);
      expect(io.seekCylinders).to.equal(7);
    },
  };
  for (const kind of kinds) {
    const io = new HostIo(owner);
    io.kind = kind;
    io.sectors = 128;
    device.submit(io);
  }
  kernel.run();
  return done;
}

describe('remote device', () => {
  it('adds a round trip and the payload to what the device takes', () => {
    expect(run([Kind.READ])).to.deep.equal([1e6 + 100_000 + 128_000]);
    expect(run([Kind.WRITE])).to.deep.equal([1e6 + 100_000 + 128_000]);
  });

  it('passes payloads of one direction one after another, and those of both at once', () => {
    expect(run([Kind.READ, Kind.READ])).to.deep.equal([1_228_000, 1_356_000]);
    expect(run([Kind.READ, Kind.WRITE])).to.deep.equal([1_228_000, 1_228_000]);
  });

  it('keeps what it has no room for waiting, in order', () => {
    // Four at a time: the fifth is sent when the first is back.
    expect(run(new Array<Kind>(5).fill(Kind.READ)).at(-1)).to.equal(1_228_000 + 1_228_000);
  });
});
