/**
 * Two virtual machines that share a server, on hosts of their own: one boots from a template there and prefetches it, the other later runs PostMark on a disk
 * that is a file there. What the first gets from the server is noted second by second.
 */
import { FileGuest } from '../../models/guests/file-guest.js';
import { RawPartitions } from '../../models/hosts/raw-partition.js';
import { Op } from '../../models/io/image-format.js';
import { carryOut } from '../../models/io/untimed.js';
import { VirtualDisk } from '../../models/io/virtual-disk.js';
import { Kernel } from '../../sim/kernel.js';
import { spawn, type Scenario } from '../../sim/process.js';
import { sectorBytes, type Bytes, type Nanoseconds } from '../../sim/units.js';
import { fileWorkloads } from '../../traces/files/index.js';
import type { Device } from '../../models/io/host-io.js';
import type { BootImage } from './boot-image.js';
import { BootMachine } from './boot-machine.js';
import { eachSecond } from './boot-traffic.js';
import { guestOn, latencyBesideExits, mountOn, type Machine } from './guest-machine.js';
import { makeNas } from './nas.js';
import { makeFormat, makeServerDrive, setupOf, type Setup } from './world.js';

export interface Contender {
  /** Size of its disk on the server. */
  readonly diskBytes: Bytes;
  readonly startsAt: Nanoseconds;
  /** Options of PostMark. */
  readonly postMark: Readonly<Record<string, unknown>>;
}

export interface Contention {
  /** On the wire from the server to the first host, by second. */
  readonly serverBytesBySecond: readonly Bytes[];
  readonly contenderEndsAt: Nanoseconds;
  /** On the wire between the server and the second host, both ways, until the contender ended. */
  readonly contenderBytes: Bytes;
  /** Brought to the first image in the background: prefetched or saved. */
  readonly copiedBytes: Bytes;
}

/** @throws Error where the contender does not end before `until` */
export function contend(image: BootImage, boot: Readonly<Record<string, unknown>>, contender: Contender, until: Nanoseconds): Contention {
  const kernel = new Kernel();
  const { setup, templateBytes, request, format } = image;
  const nas = makeNas(kernel, setup.testbed, makeServerDrive(kernel, setup), [templateBytes, contender.diskBytes], 2);
  const first = new BootMachine(kernel, image, nas.device(0, 0));
  const program = fileWorkloads.get('linux-boot', 'a start').open(boot, request.seed, 'a start');
  new FileGuest(kernel, first.files, program, first.machine.processors, () => undefined);
  let contenderEndsAt = Infinity;
  let contenderBytes = 0;
  const contenderEnds = (): void => {
    contenderEndsAt = kernel.now;
    contenderBytes = nas.network.receivedBytes(2) + nas.network.sentBytes(2);
  };
  spawn(kernel, runPostMark(kernel, machineOn(kernel, setup, nas.device(1, 1)), contender, request.seed, contenderEnds));
  const serverBytesBySecond: Bytes[] = [];
  spawn(
    kernel,
    eachSecond(() => nas.network.receivedBytes(1), serverBytesBySecond),
  );
  kernel.run(until);
  if (contenderEndsAt === Infinity) throw new Error('the contender did not come to its end');
  first.checkConservation();
  return { serverBytesBySecond, contenderEndsAt, contenderBytes, copiedBytes: format.counters()['bytes copied in the background']! };
}

/** A virtual machine whose disk is a file on the server. */
function machineOn(kernel: Kernel, { testbed }: Setup, device: Device): Machine {
  const setup = { ...setupOf(testbed, 'raw'), diskBytes: device.capacity * sectorBytes, requestOverhead: latencyBesideExits(testbed) };
  const format = makeFormat(setup);
  carryOut(format, Op.CREATE);
  carryOut(format, Op.OPEN);
  const host = new RawPartitions(kernel, [{ device, firstSector: 0, sectors: device.capacity }]);
  return guestOn({ kernel, disk: new VirtualDisk(kernel, format, host, setup), setup }, 'virtio', testbed.guest.processors.value);
}

function* runPostMark(kernel: Kernel, machine: Machine, contender: Contender, seed: number, onEnd: () => void): Scenario {
  const { files } = mountOn(machine, { kind: 'ext3', offset: 0, bytes: contender.diskBytes, seed });
  yield contender.startsAt;
  const program = fileWorkloads.get('postmark', 'a contender').open(contender.postMark, seed, 'a contender');
  new FileGuest(kernel, files, program, machine.processors, onEnd);
}
