/** The machine's state in an iROW image: behind the bitmap, in the order in which it comes, without an index. It knows no requests. */
import { InputError } from '../../../sim/errors.js';
import type { Bytes } from '../../../sim/units.js';
import type { Plan } from '../../io/plan.js';
import type { StateRecord, States } from './states.js';

/** Writes a piece at `offset` of the state; `behind` is where the bitmap ends. The first piece begins a new state. */
export function saveMachineState(plan: Plan, state: StateRecord, behind: Bytes, offset: Bytes, bytes: Bytes): void {
  state.pair.bitmap.write(plan, behind + offset, bytes);
  state.machineStateBytes = Math.max(offset === 0 ? 0 : state.machineStateBytes, offset + bytes);
}

/** The snapshot whose machine is loaded: the one applied last. Throws InputError if none was. */
export function loadedSnapshot({ current }: States): StateRecord {
  if (current.father !== null) return current.father;
  throw new InputError("the machine's state", 'no snapshot applied', 'a snapshot to load it from');
}
