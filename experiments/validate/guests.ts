/**
 * File systems of guests against recordings of real ones: the same program is simulated, and the requests are compared, as the file system queued them and as the drive got them.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../sim/errors.js';
import { filewrite } from './guests/filewrite.js';
import { measure, type Measures } from './guests/measures.js';
import { postmarkExt3 } from './guests/postmark-ext3.js';
import type { GuestRecording } from './guests/recording.js';
import { Regions } from './guests/regions.js';
import { readRecording, type RequestLog } from './guests/request-log.js';

/** What has to agree, and by how much: measures of the requests as queued, and the largest part of the real value by which the simulated one may differ. */
export const heldMeasures = ['meanKib', 'writeShare', 'journalShare', 'sequentialShare'] as const satisfies readonly (keyof Measures)[];
export const heldWithin = 0.25;

export interface Compared {
  readonly real: Measures;
  readonly simulated: Measures;
}

export interface GuestValidation {
  readonly recording: string;
  readonly assumed: readonly string[];
  readonly queued: Compared;
  readonly dispatched: Compared;
  /** Measures that had to agree and do not. */
  readonly missed: readonly string[];
}

const recordings: readonly GuestRecording[] = [postmarkExt3, filewrite];

/** Compares every known recording in the folder, or in its folder `blktrace-binary`; names those that are not there. @throws InputError where there is none */
export function validateGuests(folder: string): { files: GuestValidation[]; skipped: string[] } {
  const found = recordings.map((recording) => ({ recording, file: fileOf(folder, recording) }));
  const files = found.flatMap(({ recording, file }) => (file === null ? [] : [validateRecording(recording, file)]));
  const skipped = found.filter(({ file }) => file === null).map(({ recording }) => `recorded_${recording.name}.blktrace.0`);
  if (files.length > 0) return { files, skipped };
  throw new InputError(folder, 'none of the recordings', `${skipped.join(' or ')}, plain or compressed`);
}

function fileOf(folder: string, { name }: GuestRecording): string | null {
  for (const place of [folder, path.join(folder, 'blktrace-binary')]) {
    const found = existsSync(place) ? readdirSync(place).find((file) => file.startsWith(`recorded_${name}.blktrace.0`)) : undefined;
    if (found !== undefined) return path.join(place, found);
  }
  return null;
}

function validateRecording(recording: GuestRecording, file: string): GuestValidation {
  const layout = recording.layout();
  const regions = new Regions(layout);
  const simulated = recording.simulate(layout);
  const compare = (real: RequestLog, ours: RequestLog): Compared => ({
    real: measure(real, regions),
    simulated: measure(ours, regions),
  });
  const queued = compare(readRecording(file, 'Q'), simulated.queued);
  return {
    recording: recording.name,
    assumed: recording.assumed,
    queued,
    dispatched: compare(readRecording(file, 'D'), simulated.dispatched),
    missed: heldMeasures.filter((name) => !(Math.abs(queued.simulated[name] / queued.real[name] - 1) <= heldWithin)),
  };
}
