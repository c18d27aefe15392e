/** What real QEMU did when it saved a machine's memory: one recording a file, as JSON. Nothing here compares. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../../sim/errors.js';

export interface RecordedRam {
  readonly total: number;
  /** Pages that were sent with their content, and marked as holding zeros. */
  readonly normal: number;
  readonly duplicate: number;
  readonly transferred: number;
  readonly 'dirty-sync-count': number;
}

/** A migration to a file of QEMU 7.2: stopped, while the guest runs, or with the capability background-snapshot. */
export interface MigrationTruth {
  readonly guest: { readonly mem: number; readonly ws: number; readonly rate: number; readonly pat: 'seq' | 'rand' | 'hot' };
  readonly result: { readonly status: string; readonly note?: string; readonly 'total-time': number; readonly ram: RecordedRam };
  readonly series_columns: readonly string[];
  readonly series: readonly (readonly (number | string | null)[])[];
  /** Bytes a second; 0 where it was not limited. */
  readonly bandwidth?: number;
  readonly downtime_limit_ms?: number;
}

export type HostOp = readonly [string, number, number];

/** One command to QEMU 0.12.5 and the host I/O that it caused. */
export interface SaveCommand {
  readonly cmd: string;
  readonly writes: number;
  readonly write_bytes: number;
  readonly reads: number;
  readonly fsync: number;
  readonly by_size: Readonly<Record<string, number>>;
  readonly first_30: readonly HostOp[];
  readonly around_2nd_l2_or_mid: readonly HostOp[];
  readonly last_45: readonly HostOp[];
}

/** A machine saved into its qcow2 image by QEMU 0.12.5. */
export interface SaveTruth {
  readonly cluster: number;
  readonly cache: 'none' | 'writethrough' | 'writeback';
  readonly ops: readonly SaveCommand[];
  readonly tables_end: { readonly snapshots: readonly { readonly name: string; readonly vm_state_size: number }[] };
}

/** Names of the recordings in a folder. @throws InputError where there is none */
export function recordingsIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new InputError(folder, 'no such folder', 'a folder of recordings');
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (names.length === 0) throw new InputError(folder, 'no recording', 'files such as stopcopy-m256-fill64.json');
  return names;
}

/** @throws InputError where the file is no JSON */
export function readRecording(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(path.join(folder, name), 'text that is no JSON', 'a recording');
  }
}
