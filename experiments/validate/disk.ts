/**
 * The mechanical disk against reference drives: every run in a folder of drives is replayed through the simulated disk and compared.
 * Nothing here knows a particular drive: all parameters come from the tables that stand beside the runs.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Geometry, TrackCursor } from '../../models/devices/hdd/geometry.js';
import type { DriveParameters } from '../../models/devices/hdd/parameters.js';
import { schedulers } from '../../models/devices/schedulers/index.js';
import { InputError } from '../../sim/errors.js';
import { modelNote, readDrive, variants, type Variant } from './disk/drive-folder.js';
import { demerit, mean, rmsDifference, shareWithin, worstDifference } from './disk/merit.js';
import { demeritByClass, type RequestClass } from './disk/classes.js';
import { byRequest, joined } from './disk/reference.js';
import { replayClosed, replayOpen, requestsOf, type Replay, type Requests } from './disk/replay.js';
import { readTable, type Table } from './disk/tables.js';

/** How one run compares. Times are milliseconds; service runs from the drive's taking a request to its completion, response from its issue. */
export interface DiskFile {
  /** `drive/file`. */
  readonly file: string;
  readonly requests: number;
  /** Share of service times, 0 to 1, within 0.01 ms of the reference. */
  readonly within_0_01_ms: number;
  /** Largest difference of a service time. */
  readonly worst_ms: number;
  /** Mean service times. */
  readonly mean_ms: number;
  readonly reference_mean_ms: number;
  /** Of response times: distance of the distributions, difference of the means (ours less the reference's), difference by request. */
  readonly demerit_ms: number;
  readonly bias_ms: number;
  readonly rms_ms: number;
  /** The demerit among reads, writes, requests that begin where the one before ended, and the others; null where a class is empty. */
  readonly demerit_by_class_ms: Readonly<Record<RequestClass, number | null>>;
  /** Of a run measured on the real drive: the demerit of the reference simulator's answer to it; else null. */
  readonly simulator_demerit_ms: number | null;
  /** Requests that completed in the same order as the reference's: the index of the first that did not; null where all did. */
  readonly first_order_difference: number | null;
  /** Requests whose cylinder, head or sector differs; null where the reference has no positions. */
  readonly wrong_positions: number | null;
  /** What part of the drive was modelled. */
  readonly model: string;
}

const openRun = /^disksim-(.+)-([a-z]+)-([a-z]+)\.csv\.gz$/;
const measured = 'real-drive-trace.csv.gz';
const simulatedOnMeasured = 'disksim-on-real-trace.csv.gz';

/** Compares all runs of all drives below `folder`, in the order of their names. @throws InputError at unusable input */
export function validateDisk(folder: string): { files: DiskFile[] } {
  return { files: driveFolders(folder).flatMap(validateDrive) };
}

function driveFolders(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new InputError(folder, 'no such folder', 'a folder of reference drives');
  const found = [
    folder,
    ...readdirSync(folder)
      .sort()
      .map((name) => path.join(folder, name)),
  ].filter((drive) => existsSync(path.join(drive, 'drive.json')));
  if (found.length === 0) throw new InputError(folder, 'no drive.json in it or in a folder below it', 'a folder of reference drives');
  return found;
}

function validateDrive(folder: string): DiskFile[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => name === measured || (name.startsWith('disksim-') && name.endsWith('.csv.gz')))
    .map((name) => {
      if (name === measured || name === simulatedOnMeasured) return compareClosed(folder, name);
      const [, load, variant, scheduler] = openRun.exec(name) ?? [];
      if (load === undefined || scheduler === undefined || !isVariant(variant)) {
        throw new InputError(
          path.join(folder, name),
          'this name',
          `disksim-LOAD-VARIANT-SCHEDULER.csv.gz with ${variants.join(', ')} as VARIANT`,
        );
      }
      return compareOpen(folder, name, load, variant, scheduler);
    });
}

const isVariant = (name: string | undefined): name is Variant => variants.some((variant) => variant === name);

function compareOpen(folder: string, name: string, load: string, variant: Variant, scheduler: string): DiskFile {
  const trace = readTable(path.join(folder, `trace-${load}.csv.gz`));
  const requests = requestsOf(trace);
  const arrivalMs = trace.numbers('arrival_ms');
  const drive = readDrive(folder, variant);
  const reference = readTable(path.join(folder, name));
  const replay = replayOpen(drive, schedulers.get(scheduler, path.join(folder, name)), requests, arrivalMs);
  const requestOfRow = joined(reference, requests, arrivalMs);
  const differs = replay.order.findIndex((request, i) => request !== requestOfRow[i]);
  return {
    ...compared(folder, name, requests, replay, {
      serviceMs: byRequest(reference.numbers('service_ms'), requestOfRow),
      responseMs: byRequest(reference.numbers('response_ms'), requestOfRow),
    }),
    simulator_demerit_ms: null,
    first_order_difference: differs < 0 ? null : differs,
    wrong_positions: reference.has('cyl') ? wrongPositions(drive, reference) : null,
    model: modelNote(folder, variant),
  };
}

/** One request at a time, with the think times of the measured run. */
function compareClosed(folder: string, name: string): DiskFile {
  const trace = readTable(path.join(folder, measured));
  const drive = readDrive(folder, 'cache');
  const requests = requestsOf(trace);
  const replay = replayClosed(drive, schedulers.get('fcfs', name), requests, trace.numbers('think_after_ms'));
  const measuredMs = trace.numbers('measured_response_ms');
  const simulated = path.join(folder, simulatedOnMeasured);
  const simulatedMs = existsSync(simulated) ? readTable(simulated).numbers('response_ms') : null;
  const responseMs = name === measured || simulatedMs === null ? measuredMs : simulatedMs;
  return {
    ...compared(folder, name, requests, replay, { serviceMs: responseMs, responseMs }),
    simulator_demerit_ms: name === measured && simulatedMs !== null ? demerit(simulatedMs, measuredMs) : null,
    first_order_difference: null,
    wrong_positions: null,
    model: modelNote(folder, 'cache'),
  };
}

type Compared = Omit<DiskFile, 'simulator_demerit_ms' | 'first_order_difference' | 'wrong_positions' | 'model'>;

function compared(
  folder: string,
  name: string,
  requests: Requests,
  ours: Replay,
  reference: Pick<Replay, 'serviceMs' | 'responseMs'>,
): Compared {
  return {
    file: `${path.basename(folder)}/${name}`,
    requests: ours.order.length,
    within_0_01_ms: shareWithin(ours.serviceMs, reference.serviceMs, 0.01),
    worst_ms: worstDifference(ours.serviceMs, reference.serviceMs),
    mean_ms: mean(ours.serviceMs),
    reference_mean_ms: mean(reference.serviceMs),
    demerit_ms: demerit(ours.responseMs, reference.responseMs),
    bias_ms: mean(ours.responseMs) - mean(reference.responseMs),
    rms_ms: rmsDifference(ours.responseMs, reference.responseMs),
    demerit_by_class_ms: demeritByClass(requests, ours.responseMs, reference.responseMs),
  };
}

function wrongPositions(drive: DriveParameters, reference: Table): number {
  const geometry = new Geometry(drive);
  const at = new TrackCursor();
  const [cylinder, head, sector] = [reference.numbers('cyl'), reference.numbers('head'), reference.numbers('sector')];
  return reference.numbers('lbn').filter((lbn, row) => {
    geometry.locate(lbn, at);
    return at.cylinder !== cylinder[row] || at.head !== head[row] || at.sector !== sector[row];
  }).length;
}
