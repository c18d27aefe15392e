/** What it takes to bring back the last snapshot of a run: all of it first, or while the guest runs. The machine is idle meanwhile. */
import type { MemoryImage } from '../../models/memory/memory-image.js';
import { Restore, type RestoreSource } from '../../models/memory/restore.js';
import { spawn, type Scenario } from '../../sim/process.js';
import { RandomStream } from '../../sim/random.js';
import type { Bytes, Nanoseconds } from '../../sim/units.js';
import type { MemoryMachine } from './memory-machine.js';

/** Pages that the guest touches first, and how many of them between two reads of the thread that loads the others. */
const touched = 1000;
const touchesPerRead = 20;

export interface RestoreCost {
  /** Until the guest may run when all is loaded first. */
  readonly fullMs: number;
  /** Until it has touched its first pages when it runs at once; of these, those that it waited for. */
  readonly lazyMs: number;
  readonly demanded: number;
  readonly bytesRead: Bytes;
}

/** Null where there is no snapshot. */
export function restoreCost(machine: MemoryMachine): RestoreCost | null {
  const image = machine.host.images.at(-1);
  if (image === undefined) return null;
  const full = new Restore(image, sourceOf(machine), machine.host);
  const fullTime = timeOf(machine, full.loadAll());
  const lazy = new Restore(image, sourceOf(machine), machine.host);
  const begun = machine.kernel.now;
  let reached: Nanoseconds = begun;
  timeOf(
    machine,
    lazy.loadLazily(
      touches(image, () => (reached = machine.kernel.now)),
      touchesPerRead,
    ),
  );
  return { fullMs: fullTime / 1e6, lazyMs: (reached - begun) / 1e6, demanded: lazy.demanded, bytesRead: full.bytesRead };
}

const sourceOf = ({ method, file }: MemoryMachine): RestoreSource => method?.restoresFrom ?? file;

function timeOf({ kernel }: MemoryMachine, load: Scenario): Nanoseconds {
  const begun = kernel.now;
  spawn(kernel, load);
  kernel.run();
  return kernel.now - begun;
}

/** Any pages, the same for every method. */
function* touches(image: MemoryImage, onEnd: () => void): Generator<number> {
  const random = new RandomStream(0, 'pages touched after a restore');
  for (let i = 0; i < touched; i++) yield random.below(image.pages);
  onEnd();
}
