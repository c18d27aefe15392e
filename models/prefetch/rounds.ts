/**
 * What a governor does in contention, without a simulation: each transfer takes as long as the case says. The building blocks of the measures of the FVD paper's section 3.4.2.
 */
import { second, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { PrefetchGovernor } from './governor.js';

/** A resource that somebody else uses all the time: a transfer of `bytes` takes `time` beside the contender. */
export interface ContendedTransfer {
  readonly bytes: Bytes;
  readonly time: Nanoseconds;
  /** Transfers that a governor looks at before it decides. */
  readonly round: number;
}

/** Rounds up to the first pause beside a contender that does not yield; Infinity where there was none in `most` rounds. */
export function roundsUntilPause(governor: PrefetchGovernor, { bytes, time, round }: ContendedTransfer, most: number): number {
  let now = 0;
  for (let rounds = 1; rounds <= most; rounds++) {
    for (let i = 0; i < round; i++) {
      governor.transferred(bytes, now, now + time);
      now += time;
    }
    if (governor.pausedUntil > now) return rounds;
  }
  return Infinity;
}

/** Shares of the governors still at work that pause in each round, until none is left. All contend with one another. */
export function pausedShares(governors: readonly PrefetchGovernor[], transfer: ContendedTransfer): number[] {
  const shares: number[] = [];
  let active = [...governors];
  while (active.length > 0) {
    const kept = active.filter((governor) => roundsUntilPause(governor, transfer, 1) === Infinity);
    shares.push((active.length - kept.length) / active.length);
    active = kept;
  }
  return shares;
}

/**
 * Share of a resource (0..1) that prefetching takes for `duration` beside a contender who always has something to do: half of it while both are at work,
 * all of it for the contender while prefetching rests.
 * @param rate bytes per second of the resource
 */
export function contendedShare(governor: PrefetchGovernor, chunk: Bytes, rate: number, duration: Nanoseconds): number {
  const time = (2 * chunk * second) / rate;
  let taken = 0;
  for (let now = 0; now + time <= duration; now = Math.max(now, governor.readyAt)) {
    governor.transferred(chunk, now, now + time);
    now += time;
    taken += chunk;
  }
  return (taken * second) / (rate * duration);
}
