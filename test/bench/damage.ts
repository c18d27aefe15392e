/** `npm run bench -- damage`: a hundred thousand damaged files over all trace readers; each ends in its records or in one error. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readDamaged } from '../traces/support/mutations.js';

/** What came of it, in words. Throws where a file ended in anything else, and says which. @param small a hundredth of the files */
export function damageLines(small: boolean): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'snapsim-damage-'));
  const before = process.cpuUsage();
  try {
    const { files, inRecords, inErrors } = readDamaged(folder, small ? 1_000 : 100_000, 2);
    const { user, system } = process.cpuUsage(before);
    return `${files} damaged files: ${inRecords} ended in records, ${inErrors} in one error, ${((user + system) / 1e6).toFixed(1)} CPU-seconds`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
