/** Keeps what a config's `record` asks for of the first run of each point, in files of the folder of results, one after another. */
import path from 'node:path';
import { hashOfFile } from '../../results/file-hash.js';
import { openTableFile } from '../../results/table-file.js';
import { makeFolder, WholeFile } from '../../results/store.js';
import { writeTimeline } from '../../results/timeline.js';
import { Timeline } from '../../sim/timeline.js';
import { seedsOf, type PlannedPoint, type StudyPlan } from '../config/plan.js';
import type { RecordRule } from '../config/record.js';
import { requestColumns, RequestLog } from './request-log.js';
import { runPoint } from './study-run.js';

/**
 * @param keys of the points whose first run ended well: the others have nothing to keep
 * @returns SHA-256 of what was written, by its name within `folder`
 */
export function recordRuns(plan: StudyPlan, folder: string, keys: ReadonlySet<string>): Map<string, string> {
  const { record, points } = plan;
  const hashes = new Map<string, string>();
  if (record === null) return hashes;
  makeFolder(path.join(folder, 'recorded'));
  for (const point of points) {
    if (!keys.has(point.key)) continue;
    for (const name of recordPoint(plan, record, point, folder)) hashes.set(name, hashOfFile(path.join(folder, name)));
  }
  return hashes;
}

function recordPoint(plan: StudyPlan, { requests, timeline, from, to, slices }: RecordRule, point: PlannedPoint, folder: string): string[] {
  const name = (what: string): string => `recorded/${point.key}.${what}`;
  const tableName = requests === 'none' ? null : name(`requests.${requests}`);
  const table = tableName === null ? null : openTableFile(path.join(folder, tableName), requestColumns, 'record.requests');
  const log = table === null ? null : new RequestLog(table);
  const kept = timeline ? new Timeline({ limit: slices, from, to: to === 0 ? Infinity : to }) : null;
  try {
    log?.begin(point.label);
    runPoint(point.config, seedsOf(plan)[0]!, plan.folder, { requests: log, timeline: kept });
    log?.flush();
    table?.commit();
  } finally {
    table?.abandon();
  }
  if (kept !== null) saveTimeline(kept, path.join(folder, name('timeline.json')));
  return [...(tableName === null ? [] : [tableName]), ...(kept === null ? [] : [name('timeline.json')])];
}

/** Writes a timeline whole. Throws InputError where it cannot be written. */
export function saveTimeline(timeline: Timeline, file: string): void {
  const whole = new WholeFile(file);
  try {
    writeTimeline(timeline, (text) => whole.append(text));
    whole.commit();
  } finally {
    whole.abandon();
  }
}
