/** The manifest beside a single file of results: FILE.manifest.json. */
import path from 'node:path';
import { hashOfFile } from '../../results/file-hash.js';
import { beginManifestOfHashes, type RunIdentity } from '../../results/provenance.js';
import { writeWhole } from '../../results/store.js';
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
