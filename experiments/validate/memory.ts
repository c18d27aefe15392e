/** The methods of memory snapshots against what real QEMU did: per file, how much is exact. */
import { checkBackground, checkPreCopy, checkStopped } from './memory/migration-checks.js';
import { checkDirtyRate, type DirtyRateTruth } from './memory/dirty-rate.js';
import { checkSaved012, checkSaved72, type SavedTruth72 } from './memory/saved-machine.js';
import type { MemoryCheck } from './memory/check.js';
import { readRecording, recordingsIn, type MigrationTruth, type SaveTruth } from './memory/truth.js';

export interface MemoryFile {
  readonly file: string;
  readonly ok: boolean;
  readonly checks: readonly MemoryCheck[];
  /** Why nothing is compared; null where something is. */
  readonly reason: string | null;
}

type Check = (recording: unknown) => MemoryCheck[];

/** By the begin of a recording's name. */
const checks: readonly (readonly [begin: string, check: Check])[] = [
  ['stopcopy-', (recording) => checkStopped(recording as MigrationTruth)],
  ['precopy-', (recording) => checkPreCopy(recording as MigrationTruth)],
  ['background-', (recording) => checkBackground(recording as MigrationTruth)],
  ['q012-savevm-', (recording) => checkSaved012(recording as SaveTruth)],
  ['savevm-', (recording) => checkSaved72(recording as SavedTruth72)],
  ['dirtyrate-', (recording) => checkDirtyRate(recording as DirtyRateTruth)],
];

/** Compares all recordings of a folder, in the order of their names. @throws InputError at a folder or file that is none */
export function validateMemory(folder: string): { files: MemoryFile[] } {
  const files = recordingsIn(folder).map((name): MemoryFile => {
    const check = checks.find(([begin]) => name.startsWith(begin));
    if (check === undefined)
      return { file: name, ok: true, checks: [], reason: 'holds no host I/O and no count that emulation leaves as it is' };
    const compared = check[1](readRecording(folder, name));
    return { file: name, ok: compared.every(({ ok }) => ok), checks: compared, reason: null };
  });
  return { files };
}
