/**
 * Runs that are done, kept on the disk: each whole or not at all, under the hash of all that it depends on. So a run that was broken off
 * goes on where it stood, and runs that several commands share are made once. The folder may be deleted at any time.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, sha256 } from '../../results/provenance.js';
import { makeFolder, removeAbandoned, writeWhole } from '../../results/store.js';
import { InputError } from '../../sim/errors.js';

/** Where runs and bands are kept if nobody says otherwise. */
export const defaultStore = path.join('results', 'out', 'store');

/** What a run leaves: its rows as JSON Lines, and the parameters of the test-bed that it looked at. */
export interface RunRecord {
  readonly rows: string;
  /** Paths in alphabetical order. A parameter that is not among them has no part in the rows. Empty where nobody asks. */
  readonly reads: readonly string[];
}

export class RunStore {
  private readonly folder: string;

  /**
   * @param code identity of the code that runs: what other code left is not seen
   * @param isFresh whether what is stored is passed over; it is replaced
   * @throws InputError where the folder cannot be made
   */
  constructor(
    folder: string,
    readonly code: string,
    private readonly isFresh = false,
  ) {
    this.folder = path.join(folder, 'runs', code);
    makeFolder(this.folder);
    removeAbandoned(this.folder);
  }

  /** A task is all that a run depends on besides the code. Null where the run was not made yet. Throws InputError at a file that is not as it was written. */
  get(task: object): RunRecord | null {
    const file = this.fileOf(task);
    if (this.isFresh || !existsSync(file)) return null;
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n') + 1;
    const [about, rows] = [text.slice(0, end), text.slice(end)];
    const reads = readsIn(about);
    if (reads === null || about !== headOf(task, { rows, reads })) throw new InputError(file, 'a damaged run', 'delete it, or use --fresh');
    return { rows, reads };
  }

  /** Throws InputError where it cannot be written. */
  put(task: object, record: RunRecord): void {
    writeWhole(this.fileOf(task), headOf(task, record) + record.rows);
  }

  private fileOf(task: object): string {
    return path.join(this.folder, `${sha256(canonicalJson(task)).slice(0, 32)}.jsonl`);
  }
}

const headOf = (task: object, { rows, reads }: RunRecord): string => `${canonicalJson({ task, reads, sha256: sha256(rows) })}\n`;

function readsIn(about: string): readonly string[] | null {
  try {
    return (JSON.parse(about) as { reads: readonly string[] }).reads;
  } catch {
    return null;
  }
}
