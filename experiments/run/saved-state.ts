/** A machine that stands still while its state goes into its image, and while it comes back, buffer after buffer. It knows no page. */
import { Op } from '../../models/io/image-format.js';
import { KiB, type Bytes, type Nanoseconds } from '../../sim/units.js';
import type { World } from './world.js';

/** The buffer of QEMU 0.12 for a state. */
const bufferBytes: Bytes = 32 * KiB;
const name = 'state';

/** The state, and then a snapshot of the disk that it belongs to. Answers the time that both take. */
export function saveState(world: World, stateBytes: Bytes): Nanoseconds {
  const begun = world.kernel.now;
  transfer(world, Op.SAVE_STATE, stateBytes);
  operate(world, Op.SNAPSHOT);
  return world.kernel.now - begun;
}

/** The disk goes back to the snapshot, and the state is read. Answers the time that both take. */
export function loadState(world: World, stateBytes: Bytes): Nanoseconds {
  const begun = world.kernel.now;
  operate(world, Op.APPLY);
  transfer(world, Op.LOAD_STATE, stateBytes);
  return world.kernel.now - begun;
}

function transfer({ kernel, disk }: World, op: Op.SAVE_STATE | Op.LOAD_STATE, stateBytes: Bytes): void {
  let at = 0;
  const next = (): void => {
    if (at >= stateBytes) return;
    disk.submit(op, at, Math.min(bufferBytes, stateBytes - at), kernel.now);
    at += bufferBytes;
  };
  disk.whenDone(next);
  next();
  kernel.run();
}

function operate({ kernel, disk }: World, op: Op.SNAPSHOT | Op.APPLY): void {
  disk.operate({ op, snapshot: name, askedAt: 0, begunAt: 0, done: () => {} });
  kernel.run();
}
