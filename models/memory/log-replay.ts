/**
 * Log and replay, as numbers: a guest's inputs are logged, and a checkpoint with the log since brings back any later state. Nothing is
 * simulated, for there is no dirty page in it; what it costs follows from what a workload gets from outside and from its processors.
 *
 * - log = packets + events: what the network brings is in the log whole; what the disk brings is not, for it is read again; interrupts and
 *   reads of clocks are records.
 * - slowdown = events x time of one + conflicts. With several processors the order of their accesses to shared pages is part of the log. A
 *   page has one writer or many readers at a time (CREW), each change of owner is a fault, handled one at a time under a lock: among n
 *   processors n (n - 1) / 2 pairs conflict at a rate each, so that the loss grows faster than the processors.
 * - recovery = the time in which the guest was at work since the checkpoint, slowed down alike; idle time is skipped.
 */
import type { OptionSet, Values } from '../../sim/options.js';
import { Registry } from '../../sim/registry.js';
import { microsecond, second, type Bytes, type Nanoseconds } from '../../sim/units.js';

/** What a workload does, from begin to end. */
export interface GuestInputs {
  readonly duration: Nanoseconds;
  readonly processorTime: Nanoseconds;
  /** Bytes that came by the network. */
  readonly received: Bytes;
  readonly diskRequests: number;
}

export interface ReplayCost {
  readonly logBytesPerSecond: number;
  readonly slowdownPercent: number;
  /** To bring back the state after an interval from its begin. */
  readonly recovery: Nanoseconds;
}

const options = {
  vcpus: { kind: 'count', about: 'virtual processors of the guest', default: 1, min: 1, max: 64 },
  clock: { kind: 'count', about: 'events a second of the clock and of its reads; assumed, 250 to 10000', default: 2000 },
  record: { kind: 'size', about: 'of an event in the log; assumed, 8 to 64 B', default: 16 },
  eventTime: { kind: 'time', about: 'to log an event at its exact instruction; assumed, 2 to 20 us', default: 8 * microsecond },
  conflicts: {
    kind: 'count',
    about: 'changes of ownership a second that each pair of processors causes; assumed, 1000 to 100000 by how much they share',
    default: 10_000,
  },
  conflictTime: { kind: 'time', about: 'of the machine for one; assumed, 10 to 50 us', default: 20 * microsecond },
} as const satisfies OptionSet;

export const logReplay = {
  about: 'inputs are logged and replayed behind a checkpoint: an estimate by formula, nothing is simulated',
  source:
    'what is logged: Dunlap et al., ReVirt (OSDI 2002), which reports 0 to 8 percent for logging on one processor; several processors by ownership of pages: ' +
    'Dunlap et al., SMP-ReVirt (VEE 2008); ConSnap (2014), section I; all defaults are assumptions',
  options,
  /** @param interval between checkpoints */
  estimate(inputs: GuestInputs, interval: Nanoseconds, values: Values<typeof options>): ReplayCost {
    const seconds = inputs.duration / second;
    const { vcpus, clock, record, eventTime, conflicts, conflictTime } = values;
    const events = clock * vcpus + inputs.diskRequests / seconds + inputs.received / packetBytes / seconds;
    const logBytesPerSecond = events * record + inputs.received / seconds;
    const pairs = (vcpus * (vcpus - 1)) / 2;
    const loss = ((events * eventTime) / vcpus + pairs * conflicts * conflictTime) / second;
    const busy = Math.min(1, inputs.processorTime / inputs.duration);
    return { logBytesPerSecond, slowdownPercent: loss * 100, recovery: interval * busy * (1 + loss) };
  },
};

/** Data of a full packet: each that comes is an interrupt at most. */
const packetBytes: Bytes = 1448;

/** Comparisons by formula, by name. */
export const analyticMethods = new Registry('estimate of a memory snapshot', { 'log-replay': logReplay });
