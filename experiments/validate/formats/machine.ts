/** What the emulator does to an image when its monitor saves and loads the whole machine, or deletes what it saved. It compares nothing. */
import { Op } from '../../../models/io/image-format.js';
import type { Bytes } from '../../../sim/units.js';

/** Carries out one operation on the image: offset, bytes and name as those of `begin`. */
export type Perform = (op: Op, offset: Bytes, bytes: Bytes, name?: string) => void;

/** The emulator's buffer for the machine's state. */
const pieceBytes: Bytes = 32 * 1024;

/** The emulator looks for a partition table when it is started. */
export function startMachine(perform: Perform): void {
  perform(Op.READ, 0, 512);
}

/** @param stateBytes size of the machine's state */
export function saveMachine(perform: Perform, name: string, stateBytes: Bytes): void {
  perform(Op.FLUSH, 0, 0);
  for (let at = 0; at < stateBytes; at += pieceBytes) perform(Op.SAVE_STATE, at, Math.min(pieceBytes, stateBytes - at));
  perform(Op.SNAPSHOT, 0, 0, name);
}

/** Reads whole buffers until it has the machine's state. */
export function loadMachine(perform: Perform, name: string, stateBytes: Bytes): void {
  perform(Op.APPLY, 0, 0, name);
  for (let at = 0; at < stateBytes; at += pieceBytes) perform(Op.LOAD_STATE, at, pieceBytes);
}
