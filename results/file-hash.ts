/** Hashes of files of any size, read piece by piece. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { onFile } from '../sim/system-errors.js';

const pieceBytes = 1 << 20;

/** SHA-256 of a file. Throws InputError where it cannot be read. */
export function hashOfFile(file: string): string {
  const hash = createHash('sha256');
  addFile(hash, file, file);
  return hash.digest('hex');
}

/**
 * Adds the contents of a file to a hash.
 * @param where names the file in errors
 * @throws InputError where it cannot be read
 */
export function addFile(hash: Hash, file: string, where: string): void {
  const descriptor = onFile(where, () => openSync(file, 'r'));
  const piece = Buffer.alloc(pieceBytes);
  try {
    for (;;) {
      const bytes = onFile(where, () => readSync(descriptor, piece, 0, piece.length, null));
      if (bytes === 0) return;
      hash.update(piece.subarray(0, bytes));
    }
  } finally {
    closeSync(descriptor);
  }
}
