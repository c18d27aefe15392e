/** How often a recorded guest can be saved at most: the shortest interval at which a method keeps up and the guest keeps half of its rate. */
import { millisecond, type Nanoseconds } from '../../sim/units.js';
import { MemoryMachine, type MemorySetup } from './memory-machine.js';
import { replayMemory, type MemoryReplayRow, type MemoryReplaySettings } from './memory-replay.js';
import { openRecorded } from './recorded-guest.js';

/** The shortest interval at which a method keeps up. */
export interface MinimumInterval {
  readonly method: string;
  /** Null where it does not keep up at the longest that was tried, or where no interval decides when it saves. */
  readonly intervalMs: number | null;
  readonly triedToMs: number;
  /** Why there is none, in words; null where there is one. */
  readonly reason: string | null;
  /** Share of its rate that the guest loses in the second half at that interval, or at the longest where there is none; percent. */
  readonly lostPercent: number;
  /** At that interval, the whole recording. */
  readonly row: MemoryReplayRow | null;
}

/** Share of its rate that the guest keeps at least: without it a guest that never runs would be kept up with. */
export const leastRate = 0.5;
const shortest: Nanoseconds = 10 * millisecond;
/** Two intervals that differ by less are as good as each other. */
const resolution = 1.1;
/** The longest that is tried is this part of the recording. */
const longestShare = 6;

/**
 * Finds it by bisection of the logarithm, from 10 ms to a sixth of the recording; what is asked of an interval is that of ConSnap's feasible
 * intervals. Judged is the second half of the time that the recording takes, with the first snapshot at its begin: that one is full, and
 * what gathers behind it is over by then or the method does not keep up.
 */
export function minimumIntervals(settings: MemoryReplaySettings, setups: readonly MemorySetup[]): MinimumInterval[] {
  return setups.map((setup) => minimumInterval(settings, setup));
}

function minimumInterval(settings: MemoryReplaySettings, setup: MemorySetup): MinimumInterval {
  const longest = tryInterval(settings, setup, null);
  const { method } = setup;
  const triedToMs = longest.interval / millisecond;
  let { lostPercent } = longest;
  if (longest.reason !== null) return { method, intervalMs: null, triedToMs, reason: longest.reason, lostPercent, row: null };
  let high = longest.interval;
  for (let low = shortest / resolution; high > low * resolution;) {
    const middle = Math.max(shortest, Math.round(Math.sqrt(low * high) / millisecond) * millisecond);
    if (middle >= high) break;
    const tried = tryInterval(settings, setup, middle);
    if (tried.reason === null) [high, lostPercent] = [middle, tried.lostPercent];
    else low = middle;
  }
  const [row] = replayMemory({ ...settings, interval: high, timeline: null }, [setup]);
  return { method, intervalMs: high / millisecond, triedToMs, reason: null, lostPercent, row: row! };
}

/** What became of an interval. */
interface Tried {
  readonly interval: Nanoseconds;
  /** Why it is too short; null where it is not. */
  readonly reason: string | null;
  readonly lostPercent: number;
}

/** @param given null for the longest interval that is tried */
function tryInterval(settings: MemoryReplaySettings, setup: MemorySetup, given: Nanoseconds | null): Tried {
  const workload = openRecorded(settings.trace, settings.recorded, null);
  const { duration } = workload;
  const half = Math.floor(duration / 2);
  const interval = given ?? Math.max(shortest, Math.floor(duration / longestShare / millisecond) * millisecond);
  const machine = new MemoryMachine(setup, workload).run({ first: 0, interval, count: Infinity, fullFrom: settings.fullFrom }, half);
  const begun = workload.position;
  machine.kernel.run(duration);
  const rate = (workload.position - begun) / (duration - half);
  workload.close();
  return { interval, reason: reasonAgainst(machine, interval, duration, rate), lostPercent: Math.max(0, 1 - rate) * 100 };
}

function reasonAgainst({ host, method }: MemoryMachine, interval: Nanoseconds, duration: Nanoseconds, rate: number): string | null {
  if (method?.due !== undefined) return "the guest's outputs decide when it saves, no interval";
  if (host.records.length < 2) return 'not two snapshots are over in time';
  const begins = host.records.map(({ begun }) => begun);
  if (host.record !== host.records.at(-1)) begins.push(host.record.begun);
  // Where the next one is due before the end and has not begun, it is late whenever it will.
  begins.push(duration);
  if (begins.some((begun, i) => i > 0 && begun >= duration / 2 && begun - begins[i - 1]! > interval)) return 'snapshots are late';
  return rate < leastRate ? 'the guest loses more than half of its rate' : null;
}
