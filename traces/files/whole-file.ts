/** Programs that write or read a file from its begin to its end, piece by piece. They know no workload. */
import type { Bytes } from '../../sim/units.js';
import type { Next, Steps } from './file-workload.js';

/** Makes a file and writes it. */
export function* writeWhole(next: Next, file: number, directory: number, bytes: Bytes, piece: Bytes): Steps {
  next.create(file, directory);
  yield;
  for (let at = 0; at < bytes; at += piece) {
    next.write(file, at, Math.min(piece, bytes - at));
    yield;
  }
  next.close(file);
  yield;
}

/** Opens a file and reads it. */
export function* readWhole(next: Next, file: number, bytes: Bytes, piece: Bytes): Steps {
  next.open(file);
  yield;
  for (let at = 0; at < bytes; at += piece) {
    next.read(file, at, Math.min(piece, bytes - at));
    yield;
  }
}
