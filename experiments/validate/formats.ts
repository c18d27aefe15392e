/** Holds the image formats against recorded truth: host I/O operation by operation, layout checkpoint by checkpoint. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../sim/errors.js';
import { onFile } from '../../sim/system-errors.js';
import { compare } from './formats/compare.js';
import { eraOf, unknownOperation } from './formats/drivers.js';
import { asPrefetchRecording, comparePrefetch, type PrefetchRecording } from './formats/prefetch-recording.js';
import { driversOf, Replay } from './formats/replay.js';
import { scaleDifference, scaleModel, scaleRecords, type ScaleRecord } from './formats/scale.js';
import { asTruth, machineStateBytes, readJson } from './formats/truth-file.js';

/** How one file fares; `model` is null, with the reason, where there is none for it. */
export interface FormatValidation {
  readonly file: string;
  readonly model: string | null;
  readonly reason?: string;
  readonly ops: number;
  readonly exact: number;
  readonly firstDifference: string | null;
  readonly checkpoints: number;
  readonly checkpointsExact: number;
}

/**
 * Replays every truth file of a folder through its model.
 * @param selection parts of file names: only files that contain one of them; all files if absent
 * @throws InputError where the folder cannot be read or holds no such file, or a file is no JSON
 */
export function validateFormats(folder: string, selection?: readonly string[]): { files: FormatValidation[] } {
  const isWanted = (file: string): boolean => selection === undefined || selection.some((part) => file.includes(part));
  const files = listFiles(folder).filter(isWanted);
  if (files.length === 0)
    throw new InputError(
      folder,
      'no file to validate',
      `files *.json${selection === undefined ? '' : ` with ${selection.join(' or ')} in the name`}`,
    );
  return { files: files.map((file) => validateFile(folder, file)) };
}

function listFiles(folder: string): string[] {
  return onFile(folder, () => readdirSync(folder))
    .filter((file) => file.endsWith('.json'))
    .sort((a, b) => (a < b ? -1 : 1));
}

function validateFile(folder: string, file: string): FormatValidation {
  const content = readJson(folder, file);
  const scale = scaleRecords(content);
  if (scale !== null) return validateScale(scale, file);
  const prefetching = asPrefetchRecording(content);
  if (prefetching !== null) return validatePrefetch(prefetching, path.join(folder, file), file);
  const truth = asTruth(content);
  const without = (reason: string): FormatValidation => ({
    file,
    model: null,
    reason,
    ops: truth?.ops.length ?? 0,
    exact: 0,
    firstDifference: null,
    checkpoints: truth?.checkpoints.length ?? 0,
    checkpointsExact: 0,
  });
  if (truth === null) return without('no script of operations');
  const era = eraOf(truth, file);
  if (era === null) return without('no model of its producer');
  const where = path.join(folder, file);
  const driver = driversOf(truth.spec, era, where);
  if ('reason' in driver) return without(driver.reason);
  const unknown = unknownOperation(truth.spec);
  if (unknown !== null) return without(unknown);
  const rules = {
    ordered: era !== 'q7',
    ignoresHostHoles: era === 'q7',
    ignoresReadsPastEnd: [file, String(truth.name)].some((name) => name.split('.').includes('nocache')),
  };
  try {
    const replayed = new Replay(truth.spec, era, driver, where, (name) => machineStateBytes(truth, name)).run();
    return { file, model: driver.model, ...compare(truth, replayed, rules) };
  } catch (error) {
    // A script that cannot be carried out counts as nothing exact; the other files are still judged.
    if (error instanceof InputError) return { ...without(error.message), model: driver.model };
    throw error;
  }
}

function validatePrefetch(recording: PrefetchRecording, where: string, file: string): FormatValidation {
  const none = { file, model: null, ops: recording.io.length, exact: 0, firstDifference: null, checkpoints: 0, checkpointsExact: 0 };
  try {
    const compared = comparePrefetch(recording, where);
    return 'reason' in compared ? { ...none, reason: compared.reason } : { file, ...compared };
  } catch (error) {
    if (error instanceof InputError) return { ...none, model: 'fvd-2011', reason: error.message };
    throw error;
  }
}

function validateScale(records: readonly ScaleRecord[], file: string): FormatValidation {
  const differences = records.map((record) => scaleDifference(record, file));
  const firstDifference = differences.find((difference) => difference !== null) ?? null;
  const exact = differences.filter((difference) => difference === null).length;
  return { file, model: scaleModel, ops: records.length, exact, firstDifference, checkpoints: 0, checkpointsExact: 0 };
}
