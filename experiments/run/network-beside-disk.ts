/**
 * A bulk stream over a virtual machine's network while PostMark creates files on its disk: the hypervisor's main loop moves the packets, and stands
 * still while its lock is held for an image's own I/O. Section 4.1.3 of the FVD paper, with Iperf.
 */
import { deviceInterfaces } from '../../models/guests/virtual-device.js';
import { BlockedStream } from '../../models/network/blocked-stream.js';
import { KiB, MiB, millisecond, second, type Bytes } from '../../sim/units.js';
import { PostmarkMachine, type PostmarkRequest } from './postmark-machine.js';
import { runPostmark, type PostmarkLoad } from './postmark-run.js';

/** Most data on its way: the default of Iperf 2, by memory; assumed, 16 to 85 KiB. */
const window: Bytes = 64 * KiB;
/** A tap device of Linux holds 500 packets (TUN_READQ_SIZE), some 700 KiB. */
const tapQueue: Bytes = 0.7 * MiB;
/** Linux: TCP_RTO_MIN. */
const retransmissionTimeout = 200 * millisecond;

export interface NetworkBesideDisk {
  readonly networkMBs: number;
  /** Share of the time in which no data moved because of the disk. */
  readonly blockedShare: number;
  readonly lockHeldShare: number;
  /** Share of the time that the main loop worked for requests of the disk. */
  readonly mainLoopShare: number;
  readonly timeouts: number;
  readonly timeS: number;
}

export function networkBesideDisk(request: PostmarkRequest, load: PostmarkLoad): NetworkBesideDisk {
  const { network, guest } = request.testbed;
  const machine = new PostmarkMachine(request);
  const settings = {
    rate: network.rate.value,
    roundTrip: network.roundTrip.value,
    retransmissionTimeout,
    window,
    queue: tapQueue,
  };
  const stream = new BlockedStream(settings);
  machine.disk!.lock.watch(stream);
  const { create } = runPostmark(machine, { ...load, transactions: 0 });
  const { now } = machine.kernel;
  const { submitExits, completeExits } = deviceInterfaces.get(request.device, 'a guest');
  // The loop's own work for the disk comes in pieces too short for a sender to notice: the rate is divided by turns.
  const mainLoopShare = (create.guestRequests * (submitExits + completeExits) * guest.exitTime.value) / now;
  const networkMBs = ((stream.bytes(now) / 1e6) * (1 - mainLoopShare)) / (now / second);
  return {
    networkMBs,
    blockedShare: 1 - networkMBs / (network.rate.value / 1e6),
    lockHeldShare: create.lockHeldShare,
    mainLoopShare,
    timeouts: stream.timeouts,
    timeS: create.timeS,
  };
}
