/** A recorded guest as `replay-memory` opens it: refused where it does not fit what was asked. It knows no method. */
import { InputError } from '../../sim/errors.js';
import { formatBytes, formatTime, KiB, type Nanoseconds } from '../../sim/units.js';
import { RecordedWorkload, type RecordedSettings } from '../../traces/memory/recorded/recorded-workload.js';

const pageBytes = 4 * KiB;

/**
 * Opens a recording whose pages fit into the memory that is asked for.
 * @param interval of snapshots, the first of which begins after one; null where the recording's length does not bound it
 * @throws InputError at a recording that is none, one that touches more memory, or one that is over before the first snapshot
 */
export function openRecorded(trace: string, settings: RecordedSettings, interval: Nanoseconds | null): RecordedWorkload {
  const workload = new RecordedWorkload(trace, settings);
  const refused = refusalOf(workload, settings, interval);
  if (refused === null) return workload;
  workload.close();
  throw refused;
}

function refusalOf({ pages, duration }: RecordedWorkload, { memory }: RecordedSettings, interval: Nanoseconds | null): InputError | null {
  if (pages > Math.ceil(memory / pageBytes)) {
    const least = pages * pageBytes;
    const found = `${formatBytes(memory)}, where the recording touches ${formatBytes(least)}, counted in pieces of 64 pages`;
    return new InputError('--memory', found, `at least ${least / KiB}KiB`);
  }
  if (interval === null || interval < duration) return null;
  const found = `${formatTime(interval)}, where the recording lasts ${formatTime(duration)}`;
  return new InputError('--interval', found, 'less than that: the first snapshot begins after one interval');
}
