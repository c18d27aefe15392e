/** A recorded guest under log and replay: what the formula says of what the guest gets from outside. Nothing is simulated. */
import { logReplay, type GuestInputs, type ReplayCost } from '../../models/memory/log-replay.js';
import { readOptions } from '../../sim/options.js';
import { DiskUse, GuestStep, type MemoryWorkload } from '../../traces/memory/guest-step.js';
import type { MemoryReplaySettings } from './memory-replay.js';
import { openRecorded } from './recorded-guest.js';

const pageBytes = 4096;

/** @throws InputError at a recording that is none, or an option that is unknown or wrong */
export function replayByLog(settings: MemoryReplaySettings, given: Readonly<Record<string, unknown>>): ReplayCost {
  const values = readOptions(logReplay.options, given, 'log-replay');
  const workload = openRecorded(settings.trace, settings.recorded, settings.interval);
  const cost = logReplay.estimate(inputsOf(workload, workload.duration), settings.interval, values);
  workload.close();
  return cost;
}

/** Goes through a workload to its end. */
function inputsOf(workload: MemoryWorkload, duration: number): GuestInputs {
  const step = new GuestStep();
  const inputs = { duration, processorTime: 0, received: 0, diskRequests: 0 };
  while (workload.next(step.clear())) {
    inputs.processorTime += step.processorTime;
    inputs.received += step.received.pages * pageBytes;
    inputs.diskRequests += step.disk === DiskUse.NONE ? 0 : 1;
  }
  return inputs;
}
