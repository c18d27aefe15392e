/** What `replay-memory` prints: a line for each method, and what its columns mean. */
import type { ReplayCost } from '../../models/memory/log-replay.js';
import { formatBytes, millisecond, second } from '../../sim/units.js';
import { leastRate, type MinimumInterval } from '../run/memory-minimum.js';
import type { MemoryReplayRow } from '../run/memory-replay.js';
import type { TestBed } from '../testbeds/testbed.js';
import { table } from './table.js';

const leastPercent = `${leastRate * 100} %`;

export const replayHelp = `As many snapshots are taken as intervals fit the recording, less where the guest is over before one begins; a guest that they slow
down runs on to its end without more. One that is under way at that end is finished, and counts. The first is full: what it takes
stands in columns of its own; "others" are means over those behind it, "max downtime" is the longest of all. Slowdown is the time
that is added to the whole recording, in percent of what it takes without snapshots.`;

export const minimumHelp = `An interval is from begin to begin of two snapshots by the clock of the host, which goes on while the guest stands still. A method
keeps up at one where in the second half of the time that the recording takes no snapshot begins late and the guest keeps at
least ${leastPercent} of its rate. "rate lost" is the share of its rate that it loses in that half, with snapshots all the time; slowdown is,
as everywhere, the time that is added to the whole recording by the snapshots that fit it.`;

/** What each stop of stop-and-copy takes on a test-bed besides saving pages, and where that comes from; it knows no run. */
export function fixedParts({ memory }: TestBed): string {
  const fixed = memory?.costs.stopAndCopy;
  if (fixed === undefined) return '';
  const from = fixed.calibratedOn === undefined ? fixed.status : `${fixed.status} on the claim ${fixed.calibratedOn}`;
  return `stop-and-copy: ${fixed.value / millisecond} ms of each downtime are fixed, however few the pages: ${from} (${fixed.source}).`;
}

export function replayTable(rows: readonly MemoryReplayRow[]): string {
  const restores = rows.some(({ restore }) => restore !== null);
  const keepsOutput = rows.some(({ outputDelayMaxMs }) => outputDelayMaxMs > 0);
  const text = table(
    [
      ...['method', 'snapshots', 'late', 'first: downtime ms', 'duration ms', 'size'],
      ...['others: downtime ms', 'duration ms', 'size', 'pages', 'max downtime ms', 'faults', 'slowdown'],
      ...(keepsOutput ? ['output kept ms', 'max'] : []),
      ...(restores ? ['load s', 'lazy s', 'waits'] : []),
    ],
    rows.map((row) => [
      ...[row.method, String(row.snapshots), row.asked === null ? '-' : String(row.overruns)],
      ...(row.snapshots > 0 ? [row.firstDowntimeMs.toFixed(1), row.firstDurationMs.toFixed(0), formatBytes(row.firstBytes)] : noCells(3)),
      ...otherCells(row),
      row.downtimeMaxMs.toFixed(1),
      String(row.faults),
      percent(row.slowdownPercent),
      ...(keepsOutput ? [row.outputDelayMeanMs.toFixed(2), row.outputDelayMaxMs.toFixed(1)] : []),
      ...(restores ? restoreCells(row) : []),
    ]),
  );
  return [text, ...rows.flatMap(notesOf)].join('\n');
}

const percent = (value: number): string => `${value.toFixed(1)} %`;
const noCells = (count: number): string[] => Array.from({ length: count }, () => '-');

const otherCells = (row: MemoryReplayRow): string[] =>
  row.snapshots > 1
    ? [row.downtimeMeanMs.toFixed(1), row.durationMeanMs.toFixed(0), formatBytes(row.bytesMean), row.pagesMean.toFixed(0)]
    : noCells(4);

const restoreCells = ({ restore }: MemoryReplayRow): string[] =>
  restore === null ? ['', '', ''] : [(restore.fullMs / 1e3).toFixed(2), (restore.lazyMs / 1e3).toFixed(2), String(restore.demanded)];

/** Where the numbers of a method are not what was asked for. */
function notesOf({ method, asked, snapshots, lastOutlivesGuest }: MemoryReplayRow): string[] {
  const notes: string[] = [];
  if (asked === null) notes.push('--interval says when the first snapshot begins, outputs of the guest when the others do: none is late');
  else if (snapshots < asked) notes.push(`asked for ${asked} snapshots, taken ${snapshots}: the guest was over before the others began`);
  if (lastOutlivesGuest) notes.push("the last snapshot was under way at the guest's end, was finished behind it, and counts");
  return notes.map((note) => `${method}: ${note}.`);
}

export function minimumTable(found: readonly MinimumInterval[]): string {
  const text = table(
    ['method', 'minimum interval', 'rate lost', 'snapshots', 'late', 'downtime ms', 'duration ms', 'slowdown'],
    found.map(({ method, intervalMs, triedToMs, lostPercent, row }) =>
      row === null || intervalMs === null
        ? [method, `none up to ${triedToMs} ms`, percent(lostPercent), ...noCells(5)]
        : [
            method,
            `${intervalMs} ms`,
            percent(lostPercent),
            String(row.snapshots),
            String(row.overruns),
            row.downtimeMeanMs.toFixed(1),
            row.durationMeanMs.toFixed(0),
            percent(row.slowdownPercent),
          ],
    ),
  );
  const reasons = found
    .filter(({ reason }) => reason !== null)
    .map(({ method, reason, triedToMs }) => `${method}: at ${triedToMs} ms ${reason}.`);
  const others = 'Downtime and duration are means over the snapshots behind the first.';
  return [text, ...reasons, minimumHelp, others].join('\n');
}

export const logTable = ({ logBytesPerSecond, slowdownPercent, recovery }: ReplayCost): string =>
  table(
    ['by formula', 'log a second', 'recovery s', 'slowdown'],
    [['log-replay', formatBytes(Math.round(logBytesPerSecond)), (recovery / second).toFixed(1), percent(slowdownPercent)]],
  );
