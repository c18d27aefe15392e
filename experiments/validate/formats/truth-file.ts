/** A file of recorded truth: what a real driver did for a script of operations. Read and checked; it knows no model. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../../sim/errors.js';
import type { Bytes } from '../../../sim/units.js';

/** Letters of plan.Kind. */
export const kindLetters = 'RWFZPTAaS';

/** Kind letter, file, offset, length. */
export type HostOp = readonly [string, string, number, number];

export interface BackingSpec {
  readonly format: string;
  readonly size: number | string;
  readonly fill?: readonly (readonly [number, number, number])[];
  readonly create_options?: Readonly<Record<string, unknown>>;
  readonly inherit?: boolean;
}

/** The script: how the image is made, and what is done to it. */
export interface TruthSpec {
  readonly format: string;
  readonly size: number | string;
  readonly cache?: string;
  readonly mode?: string;
  /** Whether the host was made to refuse preallocation. */
  readonly no_fallocate?: boolean;
  readonly create_options?: Readonly<Record<string, unknown>>;
  readonly open_options?: Readonly<Record<string, unknown>>;
  readonly backing?: BackingSpec | null;
  readonly checkpoint_created?: boolean;
  readonly ops: readonly string[];
}

export interface TruthOp {
  readonly op: string;
  readonly io: readonly HostOp[];
}

export interface TruthCheckpoint {
  readonly after: string;
  readonly map?: readonly (readonly unknown[])[];
  readonly files: Readonly<Record<string, { readonly size: number }>>;
  readonly tables?: Readonly<Record<string, unknown>>;
}

export interface TruthFile {
  /** As the recording was called, whatever its file is called now. */
  readonly name?: unknown;
  /** The program that was recorded. */
  readonly producer?: { readonly era?: unknown };
  readonly spec: TruthSpec;
  readonly ops: readonly TruthOp[];
  readonly checkpoints: readonly TruthCheckpoint[];
}

/** Reads a file's JSON. Throws InputError if it is none. */
export function readJson(folder: string, file: string): unknown {
  const where = path.join(folder, file);
  try {
    return JSON.parse(readFileSync(where, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error);
    throw new InputError(where, reason, 'a JSON file of recorded operations');
  }
}

/** A file's content as a script with operations; null where it is none (tables of counts, time-driven recordings). */
export const asTruth = (content: unknown): TruthFile | null => (isTruth(content) ? content : null);

/** Whether a value is an object with named fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isTruth(content: unknown): content is TruthFile {
  if (!isRecord(content) || !isRecord(content['spec'])) return false;
  const { spec } = content;
  const hasScript = Array.isArray(spec['ops']) && spec['ops'].every((op) => typeof op === 'string') && typeof spec['format'] === 'string';
  return hasScript && Array.isArray(content['ops']) && Array.isArray(content['checkpoints']);
}

/** A size in a script: a number, or text with the suffix k, m, g or t. Throws InputError naming `where`. */
export function scriptSize(value: unknown, where: string): Bytes {
  if (typeof value === 'number') return value;
  const match = typeof value === 'string' ? /^(\d+)([kmgt]?)$/i.exec(value) : null;
  if (match === null) throw new InputError(where, JSON.stringify(value), 'a size such as 65536 or 1G');
  return Number(match[1]) * 1024 ** ' kmgt'.indexOf(match[2] === '' ? ' ' : match[2]!.toLowerCase());
}

/**
 * Size of the machine's state that was saved under `name`, by the tables of the checkpoints; a snapshot deleted since, and gone from
 * them, had that of the others if theirs are all the same. Null where nothing tells.
 */
export function machineStateBytes(truth: TruthFile, name: string): Bytes | null {
  const sizes = new Map<string, Bytes>();
  for (const { tables } of truth.checkpoints) {
    const snapshots = tables?.['snapshots'];
    if (!Array.isArray(snapshots)) continue;
    for (const snapshot of snapshots as unknown[]) {
      if (!isRecord(snapshot)) continue;
      const { name: recorded, vm_state_size: bytes } = snapshot;
      if (typeof recorded === 'string' && typeof bytes === 'number' && bytes > 0) sizes.set(recorded.replace(/_del$/, ''), bytes);
    }
  }
  const distinct = new Set(sizes.values());
  return sizes.get(name) ?? (distinct.size === 1 ? [...distinct][0]! : null);
}
