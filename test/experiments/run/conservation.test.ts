import { expect } from 'chai';
import { checkDisk, checkDiskOnDrive } from '../../../experiments/run/conservation.js';
import { setupOf, World, type Setup } from '../../../experiments/run/world.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { formats } from '../../../models/formats/index.js';
import { Replay } from '../../../models/guests/replay.js';
import { Part } from '../../../models/io/host-io.js';
import { Op } from '../../../models/io/image-format.js';
import { Kind } from '../../../models/io/plan.js';
import { GiB, millisecond } from '../../../sim/units.js';
import { defaults } from '../../../sim/options.js';
import { mixed } from '../../../traces/synthetic/mixed.js';

const trace = (requests: number) =>
  mixed.open({ ...defaults(mixed.options), requests, disk: GiB, flushEvery: 50, meanGap: 5 * millisecond, readPercent: 30 }, 1);

/** A run on a small disk; `until` cuts it off while requests are in flight. */
function ran(setup: Partial<Setup> & { format: string }, until = Infinity, spoil: (world: World) => void = () => {}): World {
  const world = new World({ ...setupOf(fvd, setup.format), diskBytes: GiB, ...setup });
  spoil(world);
  const replay = new Replay(world.kernel, world.disk, trace(400), { kind: 'closed', depth: 8 }, world.setup.slots, 0);
  world.kernel.run(until);
  if (until === Infinity) expect(replay.completed).to.equal(400);
  return world;
}

const check = ({ kernel, disk, device }: World): void => checkDiskOnDrive(kernel, disk, device);

describe('conservation in a run', () => {
  for (const format of formats.names) {
    it(`holds on ${format}, to the end and where it is cut off, with the write cache off and on`, () => {
      for (const writeCache of [false, true]) {
        for (const until of [Infinity, 1000 * millisecond]) check(ran({ format, writeCache, queueDepth: writeCache ? 4 : 1 }, until));
      }
    });
  }

  it('holds over a backing image on a server', () => {
    check(ran({ format: 'fvd-paper', backingBytes: GiB / 2 }));
    check(ran({ format: 'qcow2-0.12', backingBytes: GiB / 2 }));
  });

  const broken = (what: string, spoil: (world: World) => void, setup: Partial<Setup> = {}): void => {
    const world = ran({ format: 'raw', ...setup }, 2000 * millisecond, spoil);
    expect(() => check(world)).to.throw(what);
  };

  it('notices a host that loses half of a write', () => {
    broken('its drive took', ({ device }) => {
      const { submit } = device;
      device.submit = (io) => {
        if (io.kind === Kind.WRITE) io.sectors = Math.ceil(io.sectors / 2);
        submit.call(device, io);
      };
    });
  });

  it('notices a drive that forgets what it buffered', () => {
    for (const writeCache of [false, true]) {
      broken(
        'on the media or in its buffer',
        ({ device: { drive } }) => {
          const { write } = drive;
          drive.write = (start, block, sectors) => write.call(drive, start, block, Math.max(1, sectors - 1));
        },
        { writeCache },
      );
    }
  });

  it('notices parts of a time that do not sum to it', () => {
    broken('the sum of their sojourn times', ({ disk, device }) => {
      // Between the drive's account and its end.
      const account = Reflect.get(device, 'account') as (...args: unknown[]) => number;
      Reflect.set(device, 'account', (...args: unknown[]) => {
        const whole = account.apply(device, args);
        (args[0] as { spent: Float64Array }).spent[Part.SEEK]! += 1000;
        return whole;
      });
      expect(disk.inFlight).to.equal(0);
    });
  });

  it('notices a drive that works longer than its services take', () => {
    broken('sum of service times', ({ device }) => {
      const account = Reflect.get(device, 'account') as (...args: unknown[]) => number;
      Reflect.set(device, 'account', (...args: unknown[]) => {
        const whole = account.apply(device, args);
        // The time is charged as waiting, and yet the drive is at work in it.
        (args[0] as { spent: Float64Array }).spent[Part.QUEUE]! += 1000;
        Reflect.set(device, 'waitingTime', (Reflect.get(device, 'waitingTime') as number) + 1000);
        Reflect.set(device, 'served', (Reflect.get(device, 'served') as number) + 1000);
        return whole + 1000;
      });
    });
  });

  it('notices an I/O whose time of submission was changed on its way', () => {
    broken('not conserved', ({ device }) => {
      const { submit } = device;
      device.submit = (io) => {
        submit.call(device, io);
        if (io.kind === Kind.FLUSH) return;
        io.submitted -= 7;
      };
    });
  });

  it('notices a format that acknowledges writes without a write', () => {
    const world = ran({ format: 'raw' });
    world.disk.traffic.leave(0, GiB, world.kernel.now);
    expect(() => checkDisk(world.kernel, world.disk)).to.throw('-1 requests of a guest');
    const other = ran({ format: 'raw' });
    other.disk.submit(Op.READ, 0, 512, other.kernel.now);
    other.kernel.run();
    other.disk.traffic.guestBytesWritten += GiB;
    expect(() => checkDisk(other.kernel, other.disk)).to.throw('bytes that a guest wrote');
  });

  it('notices a latency that its parts do not explain', () => {
    const world = ran({ format: 'raw' });
    world.disk.latency.histogram.add(millisecond);
    expect(() => checkDisk(world.kernel, world.disk)).to.throw('latencies of requests');
  });
});
