import { expect } from 'chai';
import { checkDisk, checkDiskOnDrive } from '../../../experiments/run/conservation.js';
import { setupOf, World, type Setup } from '../../../experiments/run/world.js';
import { withChanges } from '../../../experiments/testbeds/changes.js';
import { fvd } from '../../../experiments/testbeds/fvd.js';
import { formats } from '../../../models/formats/index.js';
import { Replay } from '../../../models/guests/replay.js';
import { Part, type HostIo } from '../../../models/io/host-io.js';
import { Op } from '../../../models/io/image-format.js';
import { Kind } from '../../../models/io/plan.js';
import { GiB, millisecond } from '../../../sim/units.js';
import { defaults } from '../../../sim/options.js';
import { mixed } from '../../../traces/synthetic/mixed.js';
import { asDisk } from '../../support/disks.js';

const trace = (requests: number) =>
  mixed.open({ ...defaults(mixed.options), requests, disk: GiB, flushEvery: 50, meanGap: 5 * millisecond, readPercent: 30 }, 1);

/** A run on a small disk; `until` cuts it off while requests are in flight. */
function ran(setup: Partial<Setup> & { format: string }, until = Infinity, spoil: (world: World) => void = () => {}): World {
  const world = new World({ ...setupOf(fvd, setup.format), diskBytes: GiB, ...setup });
  spoil(world);
  const replay = new Replay(world.kernel, world.disk, trace(400), { kind: 'closed', depth: 8 }, world.setup.slots, 0);
  world.kernel.run(until);
  if (until === Infinity) while (!replay.isDone) world.kernel.run();
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

  it('holds on flash, on every format, to the end and where it is cut off', () => {
    for (const drive of ['ssd', 'SATA-MLC-160GB']) {
      const testbed = withChanges(fvd, { drive });
      for (const format of formats.names) {
        for (const until of [Infinity, 50 * millisecond]) check(ran({ ...setupOf(testbed, format), diskBytes: GiB }, until));
      }
    }
  });

  for (const home of ['ext3', 'ext4']) {
    it(`holds on files of the host's ${home}, on every format, to the end and where it is cut off`, () => {
      for (const format of formats.names) {
        for (const until of [Infinity, 1000 * millisecond]) ran({ format, home }, until).checkConservation();
      }
    });
  }

  it('holds over a backing image on a server, partitions or files here', () => {
    ran({ format: 'fvd-paper', backingBytes: GiB / 2, home: 'ext3' }).checkConservation();
    check(ran({ format: 'fvd-paper', backingBytes: GiB / 2 }));
    check(ran({ format: 'qcow2-0.12', backingBytes: GiB / 2 }));
  });

  const broken = (what: string, spoil: (world: World) => void, setup: Partial<Setup> = {}): void => {
    const world = ran({ format: 'raw', ...setup }, 2000 * millisecond, spoil);
    expect(() => check(world)).to.throw(what);
  };

  /** Has `change` done to what a method of an object is called with, or to what it answers. */
  function spoilMethod<T extends object, A extends unknown[]>(
    object: T,
    method: string,
    change: (call: (...args: A) => unknown, ...args: A) => unknown,
  ): void {
    const original = Reflect.get(object, method) as (...args: A) => unknown;
    Reflect.set(object, method, (...args: A) => change((...changed) => Reflect.apply(original, object, changed), ...args));
  }

  it('notices a host that loses half of a write', () => {
    broken('its drive took', ({ device }) =>
      spoilMethod(device, 'submit', (submit: (io: HostIo) => unknown, io) => {
        if (io.kind === Kind.WRITE) io.sectors = Math.ceil(io.sectors / 2);
        return submit(io);
      }),
    );
  });

  it('notices a drive that forgets a sector', () => {
    for (const writeCache of [false, true]) {
      broken(
        'on the media or in its buffer',
        ({ device }) =>
          spoilMethod(
            asDisk(device).drive,
            'write',
            (write: (start: number, block: number, sectors: number) => unknown, start, block, sectors) => write(start, block, sectors - 1),
          ),
        { writeCache },
      );
    }
  });

  const spoilAccount = ({ device }: World, spoil: (io: HostIo, whole: number) => number): void =>
    spoilMethod(device, 'account', (account: (io: HostIo, taken: number, start: number) => unknown, io, taken, start) =>
      spoil(io, account(io, taken, start) as number),
    );

  it('notices parts of a time that do not sum to it', () => {
    broken('the integral of the number of I/Os', (world) =>
      spoilAccount(world, (io, whole) => {
        io.spent[Part.SEEK]! += 1000;
        return whole;
      }),
    );
  });

  it('notices a drive that is at work for longer than the service takes', () => {
    broken('sum of service times', ({ device }) =>
      spoilMethod(device, 'commandDone', (commandDone: () => unknown) => {
        Reflect.set(device, 'servingSince', (Reflect.get(device, 'servingSince') as number) - 1000);
        return commandDone();
      }),
    );
  });

  it('notices an I/O that a drive completes twice', () => {
    broken('not conserved', ({ device }) =>
      spoilMethod(device, 'leave', (leave: (io: HostIo) => unknown, io) => {
        leave(io);
        return leave(io);
      }),
    );
  });

  it('notices a write that is acknowledged and was not written', () => {
    const world = ran({ format: 'raw' });
    world.disk.traffic.guestBytesWritten += GiB;
    expect(() => checkDisk(world.kernel, world.disk)).to.throw('bytes that a guest wrote');
  });

  it('notices a request that never ends, or ends at another time than its parts do', () => {
    const world = ran({ format: 'raw' });
    world.disk.latency.begin(0, 0, world.kernel.now);
    checkDisk(world.kernel, world.disk);
    // It is in flight since now; its time is accounted for, but for the last of it.
    world.disk.submit(Op.READ, 0, 512, world.kernel.now);
    world.kernel.run();
    world.disk.latency.end(0, world.kernel.now);
    expect(() => checkDisk(world.kernel, world.disk)).to.throw('not conserved');
  });

  it('notices a latency that its parts do not explain', () => {
    const world = ran({ format: 'raw' });
    world.disk.latency.histogram.add(millisecond);
    expect(() => checkDisk(world.kernel, world.disk)).to.throw('latencies of requests');
  });
});
