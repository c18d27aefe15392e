/** The manifest beside a single file of results: FILE.manifest.json. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { beginManifestOfHashes, type RunIdentity } from '../../results/provenance.js';
import { writeWhole } from '../../results/store.js';
import { onFile } from '../../sim/system-errors.js';
import { packageRoot } from '../places.js';

export const manifestOf = (file: string): string => `${file}.manifest.json`;

/** Begins the manifests of some files; the answered function writes them, when the files are there. */
export function beginFileManifests(run: RunIdentity): (files: readonly string[]) => void {
  const end = beginManifestOfHashes(packageRoot, run);
  return (files) => {
    for (const file of files) {
      const manifest = end(new Map([[path.basename(file), hashOfFile(file)]]));
      writeWhole(manifestOf(file), `${JSON.stringify(manifest, null, 1)}\n`);
    }
  };
}

/** SHA-256 of a file of any size. Throws InputError where it cannot be read. */
export function hashOfFile(file: string): string {
  const hash = createHash('sha256');
  const descriptor = onFile(file, () => openSync(file, 'r'));
  const buffer = Buffer.alloc(1 << 20);
  try {
    for (;;) {
      const bytes = onFile(file, () => readSync(descriptor, buffer, 0, buffer.length, null));
      if (bytes === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytes));
    }
  } finally {
    closeSync(descriptor);
  }
}
